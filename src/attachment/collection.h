#pragma once
// A collection: a named policy that uploads fall under. "default" always exists.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::config {
class Schema;
}

namespace holdall::attachment {

struct Collection {
  /// Extensions (".pdf"), media types ("image/png", "image/*"), or "*" for everything but programs.
  std::vector<std::string> allowed_types = {".jpg", ".jpeg", ".png", ".gif", ".pdf", ".doc", ".docx", ".txt"};
  std::uint64_t max_file_size = 10 * 1024 * 1024;
};

/// Reading the text of files, so that they are found by it.
struct TextConfig {
  bool enabled = true;
  bool recognises = true;  ///< letters in pictures, and in pages without text of their own
  std::string languages = "eng";
  std::uint32_t most_pages = 2000;
  std::uint32_t most_recognised_pages = 200;
  std::uint64_t most_bytes = std::uint64_t{16} << 20;
};

struct Config {
  std::map<std::string, Collection> collections = {{"default", Collection{}}};
  /// What each user may have in all; 0: no limit.
  std::uint64_t quota_bytes = 0;
  std::uint64_t quota_files = 0;
  TextConfig text;
};

inline constexpr const char* kDefaultCollection = "default";

/// Whether an entry of allowed_types is written well: "*", ".ext" (one segment), "type/subtype" or "type/*", either
/// case.
bool is_type_entry(std::string_view entry);

/// Whether languages are written as Tesseract wants them: "eng", "deu+eng".
bool is_language_list(std::string_view text);

/// Declares `[collections.NAME]` `[quota]` and `[text]`; --max-file-size and --allow-types (HOLDALL_MAX_FILE_SIZE and
/// HOLDALL_ALLOWED_TYPES) speak of the default collection. `config` outlives `schema`.
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::attachment
