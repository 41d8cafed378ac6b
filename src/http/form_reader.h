#pragma once
// A multipart/form-data body as a sequence of parts, each a stream of its own: MultipartParser laid over a request
// body.
#include <memory>
#include <optional>
#include <string>

#include "http/message.h"
#include "http/multipart.h"
#include "io/byte_source.h"

namespace holdall::http {

/// Reads parts front to back; a part that was not read to its end is skipped when the next is asked for. One coroutine,
/// on the request's thread. After an error every call gives that error again.
class FormReader {
 public:
  /// Unsupported or InvalidArgument ("multipart-...") when the request does not carry a form.
  static Result<std::unique_ptr<FormReader>> open(const Request& request, const MultipartLimits& limits);

  /// The next part, nothing after the last (and then the whole form has been read and was well-formed).
  io::Task<Result<std::optional<PartBegin>>> next_part();

  /// The bytes of the current part; valid until next_part().
  io::ByteSource& content() { return content_; }

  /// The current part as text: at most `limit` bytes (TooLarge "form-field-too-large" beyond) of UTF-8.
  io::Task<Result<std::string>> read_text(std::string_view name, std::size_t limit);

 private:
  class Content final : public io::ByteSource {
   public:
    explicit Content(FormReader& reader) : reader_(reader) {}
    io::Task<Result<std::span<const std::byte>>> next() override;
    std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

   private:
    FormReader& reader_;
  };

  FormReader(io::ByteSource& body, std::string_view boundary, const MultipartLimits& limits);
  io::Task<Result<MultipartEvent>> next_event();  ///< never NeedMore

  io::ByteSource& body_;
  MultipartParser parser_;
  Content content_;
  bool in_part_ = false;
  bool ended_ = false;  ///< the body has ended
};

}  // namespace holdall::http
