#pragma once
// Keys in files of the operator's, read again when one of them has changed.
#include <filesystem>
#include <vector>

#include <sys/stat.h>

#include "auth/key_loader.h"

namespace holdall::auth {

struct KeyFile {
  std::filesystem::path path;
  KeyParser parse;
};

/// All files make one set. A change is a different modification time, size or file under the name. One that cannot be
/// read or used fails the whole load: half of the keys would look like a revocation.
class FileKeyLoader final : public KeyLoader {
 public:
  explicit FileKeyLoader(std::vector<KeyFile> files) : files_(std::move(files)) {}

  Result<std::optional<LoadedKeys>> load(std::stop_token stop) override;
  std::string name() const override;

 private:
  struct Version {
    dev_t device;
    ino_t file;
    off_t size;
    std::int64_t changed_at;  // nanoseconds
    friend bool operator==(const Version&, const Version&) = default;
  };

  static Version version_of(const struct stat& status);
  bool is_unchanged() const;

  std::vector<KeyFile> files_;
  std::vector<Version> versions_;  // of the last good load, in the order of files_
};

/// The content of a file of at most 1 MiB; its errors name the path.
Result<std::string> read_key_file(const std::filesystem::path& path);

}  // namespace holdall::auth
