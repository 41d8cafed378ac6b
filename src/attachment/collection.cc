#include "attachment/collection.h"

#include <algorithm>
#include <limits>
#include <ranges>

#include "config/schema.h"

namespace holdall::attachment {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 6838 section 4.2, restricted names.
bool is_media_name(std::string_view name) {
  constexpr std::size_t kLongest = 127;
  constexpr std::string_view kMarks = "!#$&-^_.+";
  return !name.empty() && name.size() <= kLongest && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter_or_digit(c) || kMarks.contains(c); });
}

bool is_extension(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  return !name.empty() && name.size() <= kLongest &&
         std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '+'; });
}

void declare_members(config::Schema& schema, Collection& collection) {
  schema.add_list("allowed_types", collection.allowed_types,
                  {.doc = "What may come in: extensions, media types, or \"*\" for everything but programs; .html, "
                          ".svg and whatever else runs where it is opened only by its own extension.",
                   .allowed = "a list of \".ext\", \"type/subtype\", \"type/*\" or \"*\"",
                   .check = is_type_entry});
  schema.add_bytes("max_file_size", collection.max_file_size, 1, kNoLimit,
                   {.doc = "The largest file that may come in."});
}

}  // namespace

bool is_language_list(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  if (text.empty() || text.size() > kLongest) return false;
  for (const auto name : std::views::split(text, '+')) {
    const auto is_name = [](char c) { return is_letter_or_digit(c) || c == '_'; };
    if (name.empty() || !std::ranges::all_of(name, is_name)) return false;
  }
  return true;
}

bool is_type_entry(std::string_view entry) {
  if (entry == "*") return true;
  if (entry.starts_with('.')) return is_extension(entry.substr(1));
  const std::size_t slash = entry.find('/');
  if (slash == std::string_view::npos || !is_media_name(entry.substr(0, slash))) return false;
  const std::string_view subtype = entry.substr(slash + 1);
  return subtype == "*" || is_media_name(subtype);
}

void declare(config::Schema& schema, TextConfig& config) {
  schema.add_section("text", "Reading the text of files, so that they are found by it.");
  schema.add_bool("text.enabled", config.enabled, {.doc = "Whether texts are read at all (needs media.enabled)."});
  schema.add_bool("text.ocr", config.recognises,
                  {.doc = "Whether letters are recognised in pictures, and in pages without text of their own."});
  schema.add_text(
      "text.languages", config.languages,
      {.doc = "The languages letters are recognised in, as Tesseract names them: \"deu+eng\". Each needs its "
              "package: tesseract-ocr-deu.",
       .allowed = "names joined by '+'",
       .check = is_language_list});
  schema.add_integer("text.max_pages", config.most_pages, 1, 100'000,
                     {.doc = "Pages of a document that are read; the text says when there are more."});
  schema.add_integer("text.max_ocr_pages", config.most_recognised_pages, 1, 100'000,
                     {.doc = "Pages of a document whose letters are recognised; the text says when there are more."});
  schema.add_bytes("text.max_bytes", config.most_bytes, 1024, 48LL << 20,
                   {.doc = "Text of a file that is kept; the text says when there is more."});
}

void declare(config::Schema& schema, Config& config) {
  schema.add_group("collections", config.collections, "A named policy that uploads fall under.", declare_members);
  schema.rename("collections.default.max_file_size", {.env = "HOLDALL_MAX_FILE_SIZE", .flag = "--max-file-size"});
  schema.rename("collections.default.allowed_types", {.env = "HOLDALL_ALLOWED_TYPES", .flag = "--allow-types"});
  schema.add_section("quota", "What each user may have in all.");
  schema.add_bytes("quota.bytes", config.quota_bytes, 0, kNoLimit, {.doc = "Bytes of all files; 0 is no limit."});
  schema.add_integer("quota.files", config.quota_files, 0, kNoLimit, {.doc = "Number of files; 0 is no limit."});
  declare(schema, config.text);
}

}  // namespace holdall::attachment
