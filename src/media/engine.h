#pragma once
// The port behind which files are looked into. Whatever the bytes are, they cannot harm whoever calls.
//
// Contract:
// - A hostile or broken file fails its own call with Unprocessable: "picture-unreadable" or "text-unreadable",
//   "picture-too-large" (more pixels than allowed), "picture-too-costly" or "text-too-costly" (time or memory ran out),
//   "document-locked". Asking again gives the same.
// - NotFound "no-such-page" for a page the file does not have.
// - Errors that say nothing of the file: Overloaded (queue full), Timeout (the caller's deadline came while waiting for
//   a turn), Unavailable (the media process does not start), Unsupported, Cancelled, Internal.
// - Cancel: nothing is begun for whom nobody waits any more. What has begun is waited for, at most until its own time
//   limit and a few seconds more.
// - Thread: from any io thread.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.h"
#include "io/byte_source.h"
#include "io/task.h"
#include "media/made_text.h"
#include "media/protocol/descriptors.h"
#include "media/protocol/message.h"

namespace holdall::media {

using protocol::Fit;
using protocol::PictureType;
using protocol::TextType;

/// What a picture can be made from: `image/jpeg` and so on, and `application/pdf`; nothing for all else.
std::optional<PictureType> picture_type_of(std::string_view mime_type);
std::string_view mime_type_of(PictureType type);
/// What has text of its own; nothing for all else.
std::optional<TextType> text_type_of(std::string_view mime_type);

struct PictureRequest {
  PictureType source = PictureType::Jpeg;
  PictureType target = PictureType::Jpeg;  ///< Jpeg, Png, Webp or Avif
  Fit fit = Fit::Contain;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t page = 1;
  friend bool operator==(const PictureRequest&, const PictureRequest&) = default;
};

struct TextRequest {
  TextType source = TextType::Plain;
  std::uint32_t most_pages = 0;
  std::uint64_t most_bytes = 0;
};

struct RecognitionRequest {
  PictureType source = PictureType::Jpeg;
  std::uint32_t page = 1;
  std::string languages = "eng";  ///< as tesseract names them, joined by '+'
};

inline constexpr std::string_view kPictureUnreadable = "picture-unreadable";
inline constexpr std::string_view kPictureTooLarge = "picture-too-large";
inline constexpr std::string_view kPictureTooCostly = "picture-too-costly";
inline constexpr std::string_view kTextUnreadable = "text-unreadable";
inline constexpr std::string_view kTextTooCostly = "text-too-costly";
inline constexpr std::string_view kTextUnavailable = "text-unavailable";  ///< for no fault of the file
inline constexpr std::string_view kLanguageMissing = "language-missing";
inline constexpr std::string_view kDocumentLocked = "document-locked";

/// The error of one of these codes, also when it is remembered from an earlier time.
Error file_error(std::string_view code, std::string internal = {});

/// The file a picture was made from: pixels of a picture, points of a document's page, upright. As claimed.
struct SourceShape {
  std::uint32_t width = 0, height = 0, pages = 0;
};

/// A picture that was made, in a file without a name. The bytes come from a process that may have been taken over:
/// they are to be sent to clients as a picture and never parsed here.
class MadePicture final : public io::ByteSource {
 public:
  MadePicture(protocol::OwnedDescriptor file, std::uint64_t size, const protocol::Reply& reply);

  std::uint64_t size() const { return size_; }
  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }
  const SourceShape& source() const { return source_; }

  io::Task<Result<std::span<const std::byte>>> next() override;
  std::optional<std::uint64_t> remaining() const override { return size_ - offset_; }

 private:
  protocol::OwnedDescriptor file_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::uint32_t width_, height_;
  SourceShape source_;
  std::vector<std::byte> piece_;
};

enum class Priority : std::uint8_t { Request, Background };

class Engine {
 public:
  virtual ~Engine() = default;

  /// `file`: open for reading, the whole of it is looked at; must stay open until the call ends.
  virtual io::Task<Result<std::unique_ptr<MadePicture>>> make_picture(PictureRequest request, int file,
                                                                      Priority priority, const Context& context) = 0;

  /// The text that a file has in it.
  virtual io::Task<Result<std::unique_ptr<MadeText>>> read_text(TextRequest request, int file, Priority priority,
                                                                const Context& context) = 0;

  /// The letters in a picture, or in a document's page as it is seen. Unprocessable "language-missing" when the server
  /// has not all of the languages.
  virtual io::Task<Result<std::unique_ptr<MadeText>>> recognise(RecognitionRequest request, int file, Priority priority,
                                                                const Context& context) = 0;
};

}  // namespace holdall::media
