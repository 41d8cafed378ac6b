#include "api/picture.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/conditions.h"
#include "api/readable.h"
#include "attachment/picture.h"
#include "base/encoding.h"
#include "http/content_digest.h"
#include "http/media_type.h"

namespace holdall::api {
namespace {

constexpr std::uint32_t kThumbnailSide = 200;
constexpr std::uint32_t kPreviewSide = 1024;
// A picture whose bytes were lost is made again, once a request.
constexpr int kAttempts = 2;

// Browsers take anything; which of the newer types they know they say by name: those come first then. A server may send
// what it has when it has nothing that was asked for (RFC 9110 section 12.5.1).
media::PictureType choose_type(std::vector<media::PictureType> offers, const http::Fields& fields) {
  const std::string accept = ascii_lower(fields.joined("Accept"));
  for (const media::PictureType newer : {media::PictureType::Avif, media::PictureType::Webp}) {
    if (!accept.contains(media::mime_type_of(newer))) continue;
    std::erase(offers, newer);
    offers.insert(offers.begin(), newer);
  }
  std::vector<std::string_view> names;
  std::ranges::transform(offers, std::back_inserter(names), media::mime_type_of);
  return offers[http::choose_media_type(accept, names).value_or(0)];
}

http::Response describe_picture(int status, const catalog::Derivative& made, const http::EntityTag& etag) {
  http::Response response = http::Response::empty(status);
  response.fields.add("ETag", to_string(etag));
  response.fields.add("Last-Modified", to_http_date(made.created_at));
  response.fields.add("Cache-Control", "private, no-cache");
  response.fields.add("Vary", "Accept");
  return response;
}

io::Task<Result<http::Response>> send_picture(const Services& services, Call& call, const catalog::Derivative& made) {
  const http::EntityTag etag{to_hex(made.bytes->sha256), false};
  Conditions conditions;
  const http::ConditionalOutcome outcome =
      judge_preconditions(http::Purpose::Read, conditions.of(call.request.fields),
                          {.exists = true, .etag = etag, .last_modified = made.created_at});
  if (outcome.precondition == http::Precondition::PreconditionFailed)
    co_return fail(ErrorKind::PreconditionFailed, std::string(catalog::kPreconditionFailed),
                   "The picture is not the one you named.");
  if (outcome.precondition == http::Precondition::NotModified) co_return describe_picture(304, made, etag);
  http::Response response = describe_picture(200, made, etag);
  response.fields.add("Content-Type", made.bytes->mime_type);
  response.fields.add("Content-Disposition", "inline");
  response.fields.add("Content-Security-Policy", "default-src 'none'; sandbox");
  response.fields.add("Repr-Digest", http::digest_field(made.bytes->sha256));
  HOLDALL_CO_TRY(std::unique_ptr<blob::Reader> reader,
                 co_await attachment::open_picture(services.backends, made, call.context()));
  response.body = http::StreamBody{std::move(reader), made.bytes->size};
  co_return response;
}

media::Fit fit_of(const http::Request& request) {
  const std::string_view name = request.query_value("fit").value_or("contain");
  if (name == "cover") return media::Fit::Cover;
  return name == "fill" ? media::Fit::Fill : media::Fit::Contain;
}

std::optional<media::PictureType> format_of(const http::Request& request) {
  const auto name = request.query_value("format");
  if (!name) return std::nullopt;
  return media::picture_type_of("image/" + std::string(*name));
}

io::Task<Result<http::Response>> send_order(const Services& services, Call& call, attachment::PictureOrder order) {
  HOLDALL_CO_TRY(const catalog::Attachment row, co_await find_readable(services, call));
  const std::vector<media::PictureType> offers = attachment::offers_for(row.mime_type);
  if (offers.empty())
    co_return fail(ErrorKind::InvalidArgument, "no-picture",
                   "There is no picture of a file of type " + row.mime_type + ".");
  const auto format = format_of(call.request);
  order.target = format ? *format : choose_type(offers, call.request.fields);
  Result<http::Response> response = fail(internal_error("no attempt was made"));
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    HOLDALL_CO_TRY(const catalog::Derivative made,
                   co_await attachment::find_or_make_picture(services.backends, row, order, media::Priority::Request,
                                                             call.context()));
    response = co_await send_picture(services, call, made);
    if (response || response.error().kind != ErrorKind::NotFound) break;
  }
  co_return response;
}

}  // namespace

io::Task<Result<http::Response>> thumbnail(const Services& services, Call& call) {
  const attachment::PictureOrder order{.width = kThumbnailSide, .height = kThumbnailSide};
  co_return co_await send_order(services, call, order);
}

io::Task<Result<http::Response>> preview(const Services& services, Call& call) {
  const auto number = [&call](std::string_view name, std::int64_t otherwise) {
    return static_cast<std::uint32_t>(call.request.query_number(name).value_or(otherwise));
  };
  const std::uint32_t width = number("width", 0), height = number("height", 0);
  const bool is_box = width != 0 && height != 0;
  // One side alone leaves the other free, and there is nothing to fill.
  const std::uint32_t otherwise = width == 0 && height == 0 ? kPreviewSide : kLargestPreviewSide;
  const attachment::PictureOrder order{.width = width == 0 ? otherwise : width,
                                       .height = height == 0 ? otherwise : height,
                                       .page = number("page", 1),
                                       .fit = is_box ? fit_of(call.request) : media::Fit::Contain};
  co_return co_await send_order(services, call, order);
}

}  // namespace holdall::api
