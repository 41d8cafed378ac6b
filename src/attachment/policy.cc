#include "attachment/policy.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "attachment/filename.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

/// A name in a sentence: cut past 80 bytes, between characters. `name` is UTF-8.
std::string shortened(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  if (name.size() <= kLongest) return std::string(name);
  return std::string(first_characters(name, kLongest)) + "…";
}

Error not_allowed(const Collection& collection, std::string_view extension) {
  const std::string shown = extension.empty() ? "(none)" : shortened(extension);
  return make_error(ErrorKind::Unsupported, "file-type-not-allowed", "File type " + shown + " not allowed")
      .with("allowed", collection.allowed_types);
}

bool is_named(const Collection& collection, std::string_view extension) {
  return std::ranges::any_of(collection.allowed_types,
                             [&](const std::string& entry) { return equals_ignoring_case(entry, extension); });
}

bool covers(std::string_view entry, std::string_view mime_type) {
  if (!entry.ends_with("/*")) return equals_ignoring_case(entry, mime_type);
  const std::string_view family = entry.substr(0, entry.size() - 1);
  return equals_ignoring_case(mime_type.substr(0, family.size()), family);
}

bool is_allowed(const Collection& collection, std::string_view extension) {
  if (is_named(collection, "*") || is_named(collection, extension)) return true;
  const auto type = type_of_extension(extension);
  return type && std::ranges::any_of(collection.allowed_types,
                                     [&](const std::string& entry) { return covers(entry, type->mime_type); });
}

// "x.php;.jpg" and "x.exe:.jpg": what some servers and file systems take for the end of a name.
std::string_view before_separator(std::string_view segment) { return segment.substr(0, segment.find_first_of(";:")); }

/// The last extension of a name whose every segment is allowed.
Result<std::string> judge_extensions(const Collection& collection, std::string_view filename) {
  const std::vector<std::string> extensions = extensions_of(filename);
  for (const std::string& segment : extensions) {
    const std::string_view extension = before_separator(segment);
    const bool is_last = &segment == &extensions.back();
    const bool is_dangerous = is_last ? is_dangerous_extension(extension) : is_dangerous_inside(extension);
    if (is_dangerous && !is_named(collection, extension)) {
      return fail(not_allowed(collection, extension));
    }
  }
  const std::string last = extensions.empty() ? std::string() : extensions.back();
  if (!is_allowed(collection, last)) return fail(not_allowed(collection, last));
  return last;
}

Failure refuse_type(std::string message) { return fail(ErrorKind::Unsupported, "type-mismatch", std::move(message)); }

}  // namespace

Result<Inspection> Inspection::begin(const Collection& collection, const FileIntent& intent) {
  Inspection file;
  HOLDALL_TRY(file.filename_, clean_filename(intent.filename));
  HOLDALL_TRY(const std::string extension, judge_extensions(collection, file.filename_));
  const auto type = type_of_extension(extension);
  file.is_known_ = type.has_value();
  file.is_text_ = type && type->is_text;
  file.mime_type_ = type ? type->mime_type : kOctetStream;
  file.may_be_program_ = !type && is_program_extension(extension) && is_named(collection, extension);
  file.max_size_ = collection.max_file_size;
  if (!declaration_agrees(intent.declared_type, file.mime_type_)) {
    return refuse_type(shortened(file.filename_) + " was sent as another type than its name says, " + file.mime_type_ +
                       ".");
  }
  if (intent.declared_size && *intent.declared_size > file.max_size_) return fail(too_large(file.max_size_));
  return file;
}

Result<void> Inspection::feed(std::span<const std::byte> bytes) {
  if (bytes.size() > max_size_ - size_) return fail(too_large(max_size_));
  size_ += bytes.size();
  if (!is_head_judged_) {
    const auto missing = bytes.first(std::min(bytes.size(), kHeadSize - head_.size()));
    head_ += as_text(missing);
    if (head_.size() < kHeadSize) return {};
    HOLDALL_TRY_VOID(judge_head());
    bytes = bytes.subspan(missing.size());
  }
  return feed_body(bytes);
}

Result<void> Inspection::finish() {
  if (size_ == 0) {
    return fail(ErrorKind::Unprocessable, "file-empty",
                shortened(filename_) + " is empty; send a file of at least one byte.");
  }
  if (!is_head_judged_) HOLDALL_TRY_VOID(judge_head());
  if (is_text_ && !text_.finish()) return mismatch(found_);
  return is_ole_ ? judge_directory() : Result<void>();
}

// Everything behind this is judged in pieces of any size with the same outcome: text is not looked at before the head
// is whole, so that the outcome does not depend on how the bytes were cut.
Result<void> Inspection::judge_head() {
  is_head_judged_ = true;
  const std::string head = std::exchange(head_, std::string());
  const Signature signature = signature_of(as_bytes(head));
  found_ = describe(signature, as_bytes(head));
  if (is_text_ && may_begin_text(signature, as_bytes(head))) {
    // Should a later byte show that it is no text, this says what it is instead.
    if (signature == Signature::Unknown || signature == Signature::Pdf) found_ = "binary data";
    return feed_body(as_bytes(head));
  }
  HOLDALL_TRY_VOID(judge_signature(signature));
  const std::string_view named = named_type(signature, as_bytes(head));
  const bool is_of_family = may_be(mime_type_, Signature::Zip);  // .zip takes them all
  if (is_known_ && !is_of_family && !named.empty() && named != mime_type_) return mismatch(found_);
  is_ole_ = signature == Signature::Ole2;
  if (is_ole_) directory_.begin(as_bytes(head));
  return feed_body(as_bytes(head));
}

Result<void> Inspection::judge_signature(Signature signature) {
  if (signature == Signature::Program && may_be_program_) {
    mime_type_ = kProgramType;
    return {};
  }
  if (!may_be(mime_type_, signature)) return mismatch(found_);
  return {};
}

Result<void> Inspection::feed_body(std::span<const std::byte> bytes) {
  if (is_text_ && !text_.feed(bytes)) return mismatch(found_);
  if (is_ole_) directory_.feed(bytes);
  return {};
}

Result<void> Inspection::judge_directory() {
  using Kind = OleDirectory::Kind;
  struct Expected {
    std::string_view mime_type;
    Kind kind;
  };
  constexpr std::array<Expected, 3> kExpected{{{"application/msword", Kind::Word},
                                               {"application/vnd.ms-excel", Kind::Excel},
                                               {"application/vnd.ms-powerpoint", Kind::PowerPoint}}};
  const Kind kind = directory_.kind();
  if (!is_known_) {
    if (kind != Kind::Installer) return {};
    if (!may_be_program_) return mismatch(describe(kind));
    mime_type_ = kProgramType;
    return {};
  }
  // Those of before 2007 need not show what they are; those after are wrapped for a password and for nothing else.
  const auto expected = std::ranges::find(kExpected, mime_type_, &Expected::mime_type);
  const bool fits =
      expected == kExpected.end() ? kind == Kind::Protected : kind == expected->kind || kind == Kind::Unknown;
  return fits ? Result<void>() : mismatch(describe(kind));
}

Failure Inspection::mismatch(std::string_view found) const {
  const std::string content = "The content of " + shortened(filename_) + " is " + std::string(found);
  if (!is_known_) return refuse_type(content + "; programs are not taken here.");
  return refuse_type(content + ", not " + mime_type_ + ".");
}

Result<std::string> judge_rename(const Collection& collection, std::string_view filename, std::string_view mime_type) {
  HOLDALL_TRY(std::string name, clean_filename(filename));
  HOLDALL_TRY(const std::string extension, judge_extensions(collection, name));
  const auto type = type_of_extension(extension);
  bool fits = type ? type->mime_type == mime_type : mime_type == kOctetStream;
  if (mime_type == kProgramType) fits = !type && is_program_extension(extension) && is_named(collection, extension);
  if (!fits) {
    return refuse_type("The file is " + std::string(mime_type) + "; " + shortened(name) +
                       " would name it something else.");
  }
  return name;
}

Error too_large(std::uint64_t limit) {
  return make_error(ErrorKind::TooLarge, "file-too-large", "File too large (max " + limit_text(limit) + ")")
      .with("limit", static_cast<std::int64_t>(limit));
}

std::string limit_text(std::uint64_t bytes) {
  struct Unit {
    std::string_view name;
    std::uint64_t factor;
  };
  constexpr std::array<Unit, 4> kUnits{
      {{"TB", 1ULL << 40}, {"GB", 1ULL << 30}, {"MB", 1ULL << 20}, {"KB", 1ULL << 10}}};
  for (const Unit& unit : kUnits) {
    if (bytes >= unit.factor && bytes % unit.factor == 0)
      return std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

}  // namespace holdall::attachment
