#include "api/download.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "api/conditions.h"
#include "api/readable.h"
#include "base/random.h"
#include "http/content_digest.h"
#include "http/disposition.h"
#include "http/problem.h"
#include "http/range.h"

namespace holdall::api {
namespace {

// Several ranges as one stream: frame, bytes, frame, bytes, tail.
class RangesSource final : public io::ByteSource {
 public:
  RangesSource(blob::Store& store, blob::Key key, http::ByteRangesFrame frame, const Context& context)
      : store_(store),
        key_(std::move(key)),
        frame_(std::move(frame)),
        context_(without_deadline(context)),
        remaining_(frame_.content_length()) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    while (true) {
      if (reader_) {
        HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await reader_->next());
        if (!piece.empty()) co_return pass(piece);
        reader_.reset();
        ++index_;
      }
      if (index_ > frame_.ranges().size()) co_return std::span<const std::byte>();
      if (index_ == frame_.ranges().size()) {
        text_ = frame_.tail();
        ++index_;
        co_return pass(std::as_bytes(std::span(text_)));
      }
      const http::ByteRange range = frame_.ranges()[index_];
      HOLDALL_CO_TRY(reader_, co_await store_.open(key_, blob::ByteRange{range.first, range.size()}, context_));
      text_ = frame_.head(index_);
      co_return pass(std::as_bytes(std::span(text_)));
    }
  }

  std::optional<std::uint64_t> remaining() const override { return remaining_; }

 private:
  std::span<const std::byte> pass(std::span<const std::byte> piece) {
    remaining_ -= std::min<std::uint64_t>(piece.size(), remaining_);
    return piece;
  }

  blob::Store& store_;
  const blob::Key key_;
  const http::ByteRangesFrame frame_;
  const Context context_;
  std::uint64_t remaining_;
  std::size_t index_ = 0;
  std::unique_ptr<blob::Reader> reader_;
  std::string text_;
};

http::Response base_response(int status, const catalog::Attachment& row, const http::EntityTag& etag) {
  http::Response response = http::Response::empty(status);
  response.fields.add("ETag", to_string(etag));
  response.fields.add("Last-Modified", to_http_date(row.created_at));
  response.fields.add("Accept-Ranges", "bytes");
  response.fields.add("Cache-Control", "private, no-cache");
  return response;
}

void describe_content(http::Response& response, const catalog::Attachment& row, bool inline_wanted) {
  const bool is_inline = inline_wanted && may_be_inline(row.mime_type);
  response.fields.add("Content-Disposition",
                      http::content_disposition(
                          is_inline ? http::DispositionType::Inline : http::DispositionType::Attachment, row.filename));
  response.fields.add("Content-Security-Policy", "default-src 'none'; sandbox");
  response.fields.add("Repr-Digest", http::digest_field(row.blob.sha256));
}

// The bytes of a row that exists must exist: their absence is our failure, not the client's mistake.
Error missing_bytes(const catalog::Attachment& row, const Error& error) {
  if (error.kind != ErrorKind::NotFound && error.kind != ErrorKind::InvalidArgument) return error;
  return internal_error("attachment " + std::to_string(row.id.value) + " has no bytes under " + row.blob.key + ": " +
                        holdall::describe(error));
}

io::Task<Result<http::Response>> send_ranges(const Services& services, const Call& call, const catalog::Attachment& row,
                                             blob::Key key, http::Response response,
                                             std::vector<http::ByteRange> ranges) {
  if (ranges.size() > 1) {
    http::ByteRangesFrame frame(std::move(ranges), row.blob.size, row.mime_type, random_name(24));
    response.fields.add("Content-Type", frame.content_type());
    const std::uint64_t length = frame.content_length();
    response.body = http::StreamBody{
        std::make_unique<RangesSource>(services.backends.store, std::move(key), std::move(frame), call.context()),
        length};
    co_return response;
  }
  std::optional<blob::ByteRange> range;
  if (!ranges.empty()) {
    range = blob::ByteRange{ranges.front().first, ranges.front().size()};
    response.fields.add("Content-Range", http::content_range(ranges.front(), row.blob.size));
  }
  response.fields.add("Content-Type", row.mime_type);
  Result<std::unique_ptr<blob::Reader>> reader =
      co_await services.backends.store.open(std::move(key), range, call.context());
  if (!reader) co_return fail(missing_bytes(row, reader.error()));
  const std::uint64_t length = range ? range->length : row.blob.size;
  response.body = http::StreamBody{*std::move(reader), length};
  co_return response;
}

}  // namespace

bool may_be_inline(std::string_view mime_type) {
  constexpr std::array<std::string_view, 7> kHarmless = {"image/jpeg", "image/png",  "image/gif", "image/webp",
                                                         "image/avif", "image/heic", "text/plain"};
  return std::ranges::find(kHarmless, mime_type) != kHarmless.end();
}

io::Task<Result<http::Response>> download(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::Attachment row, co_await find_readable(services, call));
  std::optional<blob::Key> key = blob::Key::parse(row.blob.key);
  if (!key) co_return fail(internal_error("row with an impossible key: " + row.blob.key));

  const http::EntityTag etag{to_hex(row.blob.sha256), false};
  Conditions conditions;
  const http::ConditionalOutcome outcome =
      judge_preconditions(http::Purpose::Read, conditions.of(call.request.fields),
                          {.exists = true, .etag = etag, .last_modified = row.created_at});
  if (outcome.precondition == http::Precondition::PreconditionFailed)
    co_return fail(ErrorKind::PreconditionFailed, std::string(catalog::kPreconditionFailed),
                   "The file is not the one you named.");
  if (outcome.precondition == http::Precondition::NotModified) co_return base_response(304, row, etag);

  http::RangeSelection selection;
  // RFC 9110 section 14.2: ranges are a matter of GET alone.
  const bool is_get = call.request.method == http::Method::Get;
  const std::optional<std::string_view> range = call.request.fields.find("Range");
  if (is_get && range && outcome.range_applies && call.request.fields.count("Range") == 1)
    selection = http::parse_range(*range, row.blob.size);
  if (selection.kind == http::RangeSelection::Kind::Unsatisfiable) {
    http::Response refusal = http::problem_response(
        make_error(ErrorKind::RangeInvalid, "range-not-satisfiable", "The range lies beyond the file's end.")
            .with("size", static_cast<std::int64_t>(row.blob.size)),
        call.context().request_id);
    refusal.fields.add("Content-Range", http::unsatisfied_content_range(row.blob.size));
    co_return refusal;
  }
  http::Response response = base_response(selection.ranges.empty() ? 200 : 206, row, etag);
  describe_content(response, row, call.request.query_value("disposition") == "inline");
  co_return co_await send_ranges(services, call, row, *std::move(key), std::move(response),
                                 std::move(selection.ranges));
}

}  // namespace holdall::api
