#include "api/json_body.h"

#include <string>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::api {
namespace {

Failure too_large() {
  return fail(make_error(ErrorKind::TooLarge, "body-too-large", "The body may hold at most 1 MiB of JSON.")
                  .with("limit", static_cast<std::int64_t>(kMaxJsonBody)));
}

}  // namespace

io::Task<Result<boost::json::value>> read_json(http::Request& request) {
  if (request.content_length.value_or(0) > kMaxJsonBody) co_return too_large();
  std::string text;
  while (true) {
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await request.body->next());
    if (piece.empty()) break;
    if (piece.size() > kMaxJsonBody - text.size()) co_return too_large();
    text += as_text(piece);
  }
  boost::json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error)
    co_return fail(ErrorKind::InvalidArgument, "json-invalid", "The body is not well-formed JSON.", error.message());
  co_return value;
}

http::Response json_response(int status, const boost::json::value& value) {
  return http::Response::text(status, "application/json", boost::json::serialize(value));
}

}  // namespace holdall::api
