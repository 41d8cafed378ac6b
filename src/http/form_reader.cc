#include "http/form_reader.h"

#include <utility>

#include "base/encoding.h"

namespace holdall::http {

FormReader::FormReader(io::ByteSource& body, std::string_view boundary, const MultipartLimits& limits)
    : body_(body), parser_(boundary, limits), content_(*this) {}

Result<std::unique_ptr<FormReader>> FormReader::open(const Request& request, const MultipartLimits& limits) {
  HOLDALL_TRY(const std::string boundary,
              parse_multipart_boundary(request.fields.find("Content-Type").value_or(std::string_view())));
  return std::unique_ptr<FormReader>(new FormReader(*request.body, boundary, limits));
}

io::Task<Result<MultipartEvent>> FormReader::next_event() {
  while (true) {
    HOLDALL_CO_TRY(MultipartEvent event, parser_.next());
    if (!std::holds_alternative<NeedMore>(event)) co_return std::move(event);
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await body_.next());
    if (piece.empty()) {
      ended_ = true;
      HOLDALL_CO_TRY_VOID(parser_.finish());
      co_return MultipartEvent(MultipartEnd{});
    }
    parser_.feed(piece);
  }
}

io::Task<Result<std::optional<PartBegin>>> FormReader::next_part() {
  while (true) {
    HOLDALL_CO_TRY(MultipartEvent event, co_await next_event());
    if (std::holds_alternative<PartBegin>(event)) {
      in_part_ = true;
      co_return std::optional<PartBegin>(std::get<PartBegin>(std::move(event)));
    }
    if (std::holds_alternative<PartEnd>(event)) in_part_ = false;
    // Behind the last boundary the body goes on to its own end, which must be reached to know that it was whole.
    if (ended_) co_return std::optional<PartBegin>();
  }
}

io::Task<Result<std::span<const std::byte>>> FormReader::Content::next() {
  if (!reader_.in_part_) co_return std::span<const std::byte>();
  HOLDALL_CO_TRY(const MultipartEvent event, co_await reader_.next_event());
  if (const PartData* data = std::get_if<PartData>(&event)) co_return data->bytes;
  reader_.in_part_ = false;
  co_return std::span<const std::byte>();
}

io::Task<Result<std::string>> FormReader::read_text(std::string_view name, std::size_t limit) {
  std::string text;
  while (true) {
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await content_.next());
    if (piece.empty()) break;
    if (piece.size() > limit - text.size())
      co_return fail(make_error(ErrorKind::TooLarge, "form-field-too-large",
                                "The form field '" + std::string(name) + "' is too large (max " +
                                    std::to_string(limit) + " bytes).")
                         .with("limit", static_cast<std::int64_t>(limit)));
    text += as_text(piece);
  }
  if (!is_utf8(text))
    co_return fail(ErrorKind::InvalidArgument, "form-field-not-utf8",
                   "The form field '" + std::string(name) + "' is not UTF-8.");
  co_return text;
}

}  // namespace holdall::http
