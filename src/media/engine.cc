#include "media/engine.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace holdall::media {
namespace {

constexpr std::array<std::pair<std::string_view, PictureType>, 8> kTypes = {{{"image/jpeg", PictureType::Jpeg},
                                                                             {"image/png", PictureType::Png},
                                                                             {"image/gif", PictureType::Gif},
                                                                             {"image/webp", PictureType::Webp},
                                                                             {"image/avif", PictureType::Avif},
                                                                             {"image/heic", PictureType::Heic},
                                                                             {"image/tiff", PictureType::Tiff},
                                                                             {"application/pdf", PictureType::Pdf}}};

constexpr std::array<std::pair<std::string_view, TextType>, 13> kTexts = {{
    {"application/pdf", TextType::Pdf},
    {"text/plain", TextType::Plain},
    {"text/markdown", TextType::Plain},
    {"text/csv", TextType::Plain},
    {"application/json", TextType::Plain},
    {"message/rfc822", TextType::Plain},
    {"application/xml", TextType::Plain},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", TextType::Word},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", TextType::Sheet},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", TextType::Slides},
    {"application/vnd.oasis.opendocument.text", TextType::OpenDocument},
    {"application/vnd.oasis.opendocument.spreadsheet", TextType::OpenDocument},
    {"application/vnd.oasis.opendocument.presentation", TextType::OpenDocument},
}};

std::string sentence_of(std::string_view code) {
  if (code == kPictureTooLarge) return "This picture has more pixels than the server opens (media.max_pixels).";
  if (code == kPictureTooCostly) return "Opening this picture takes more time or memory than the server gives it.";
  if (code == kDocumentLocked) return "This document wants a password, so nothing of it can be shown.";
  if (code == kTextUnavailable) return "The text could not be read when it was tried; have it read again.";
  if (code == kLanguageMissing)
    return "The server cannot recognise letters in all of text.languages; its operator has to install them.";
  if (code == kTextTooCostly) return "Reading this file takes more time or memory than the server gives it.";
  return "This file cannot be read as what it is said to be; it may be damaged.";
}

}  // namespace

std::optional<PictureType> picture_type_of(std::string_view mime_type) {
  const auto found = std::ranges::find(kTypes, mime_type, &decltype(kTypes)::value_type::first);
  if (found == kTypes.end()) return std::nullopt;
  return found->second;
}

std::string_view mime_type_of(PictureType type) {
  return std::ranges::find(kTypes, type, &decltype(kTypes)::value_type::second)->first;
}

std::optional<TextType> text_type_of(std::string_view mime_type) {
  const auto found = std::ranges::find(kTexts, mime_type, &decltype(kTexts)::value_type::first);
  if (found == kTexts.end()) return std::nullopt;
  return found->second;
}

Error file_error(std::string_view code, std::string internal) {
  return make_error(ErrorKind::Unprocessable, std::string(code), sentence_of(code), std::move(internal));
}

MadePicture::MadePicture(protocol::OwnedDescriptor file, std::uint64_t size, const protocol::Reply& reply)
    : file_(std::move(file)),
      size_(size),
      width_(reply.width),
      height_(reply.height),
      source_{reply.source_width, reply.source_height, reply.pages} {}

// The file is memory: reading it waits for nothing.
io::Task<Result<std::span<const std::byte>>> MadePicture::next() {
  piece_.resize(std::min<std::uint64_t>(size_ - offset_, kLargestPiece));
  if (piece_.empty()) co_return std::span<const std::byte>();
  ssize_t count = -1;
  do {
    count = ::pread(file_.get(), piece_.data(), piece_.size(), static_cast<off_t>(offset_));
  } while (count < 0 && errno == EINTR);
  if (count <= 0) co_return fail(internal_error("the file of a made picture became shorter"));
  offset_ += static_cast<std::uint64_t>(count);
  co_return std::span<const std::byte>(piece_).first(static_cast<std::size_t>(count));
}

}  // namespace holdall::media
