#pragma once
// The one policy for every door: form, raw body and those to come call these two functions and no others.
//
// Before the bytes: the name's every dotted segment, the declared type and the declared size are judged.
// With the bytes: size as it grows, signature of the head, text to its last byte. Extension, declaration and content
// must agree; docs/semantics.md ("What is taken") tells the cases one by one.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "attachment/collection.h"
#include "attachment/file_type.h"
#include "attachment/ole_directory.h"
#include "base/result.h"

namespace holdall::attachment {

/// What is known of a file before its bytes.
struct FileIntent {
  std::string filename;                        ///< as the client gave it
  std::string declared_type;                   ///< as the client gave it; may be empty
  std::optional<std::uint64_t> declared_size;  ///< where known
};

/// A file that may come in so far; feed it the bytes as they stream by.
class Inspection {
 public:
  /// Codes: "filename-invalid" (InvalidArgument), "file-type-not-allowed" (Unsupported; message
  /// "File type .exe not allowed"; detail `allowed`), "file-too-large" (TooLarge; message "File too large (max 10MB)";
  /// detail `limit`), "type-mismatch" (Unsupported) when declaration and extension contradict each other.
  static Result<Inspection> begin(const Collection& collection, const FileIntent& intent);

  /// The next bytes. "file-too-large", or "type-mismatch" as soon as the content shows to be something else.
  Result<void> feed(std::span<const std::byte> bytes);
  /// The end of the bytes. "file-empty" (Unprocessable) for a file of no bytes; "type-mismatch".
  Result<void> finish();

  const std::string& filename() const { return filename_; }    ///< cleaned
  const std::string& mime_type() const { return mime_type_; }  ///< what the content is; final after finish()
  std::uint64_t size() const { return size_; }

 private:
  Inspection() = default;
  Result<void> judge_head();
  Result<void> judge_signature(Signature signature);
  Result<void> feed_body(std::span<const std::byte> bytes);
  Result<void> judge_directory();
  Failure mismatch(std::string_view found) const;

  std::string filename_;
  std::string mime_type_;
  bool is_text_ = false;
  bool is_known_ = false;        ///< the extension stands in the table
  bool may_be_program_ = false;  ///< the collection names the extension, and it is a program's
  bool is_ole_ = false;
  bool is_head_judged_ = false;
  std::uint64_t max_size_ = 0;
  std::uint64_t size_ = 0;
  std::string head_;        ///< until it is judged
  std::string_view found_;  ///< what the head shows, in words; static text
  TextCheck text_;
  OleDirectory directory_;
};

/// A later change of name: the new extension must be allowed and stand for the same type.
Result<std::string> judge_rename(const Collection& collection, std::string_view filename, std::string_view mime_type);

/// "file-too-large", with the founding sentence.
Error too_large(std::uint64_t limit);

/// "10MB", "2GB", "512KB", "1000 bytes": the limit in the words of the founding answer, where MB is 2^20 bytes.
std::string limit_text(std::uint64_t bytes);

}  // namespace holdall::attachment
