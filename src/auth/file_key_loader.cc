#include "auth/file_key_loader.h"

#include <array>
#include <cerrno>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace holdall::auth {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

struct Content {
  std::string text;
  struct stat status{};
};

Failure unreadable(const std::filesystem::path& path, int error_number) {
  Error error = error_from_errno(error_number, "read key file " + path.string());
  error.message = "The key file " + path.string() + " cannot be read; check its name and permissions.";
  return fail(std::move(error));
}

Result<Content> read_all(int file, const std::filesystem::path& path) {
  Content out;
  if (::fstat(file, &out.status) != 0) return unreadable(path, errno);
  if (!S_ISREG(out.status.st_mode)) {
    return fail(ErrorKind::InvalidArgument, "key-file", "The key file " + path.string() + " must be a regular file.");
  }
  std::array<char, 8192> buffer;
  while (out.text.size() <= kMaxFileBytes) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, errno);
    if (count == 0) return out;
    out.text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return fail(ErrorKind::InvalidArgument, "key-file", "The key file " + path.string() + " is larger than 1 MiB.");
}

Result<Content> read_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return unreadable(path, errno);
  auto content = read_all(file, path);
  ::close(file);
  return content;
}

}  // namespace

Result<std::string> read_key_file(const std::filesystem::path& path) {
  HOLDALL_TRY(Content content, read_file(path));
  return std::move(content.text);
}

FileKeyLoader::Version FileKeyLoader::version_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

bool FileKeyLoader::is_unchanged() const {
  if (versions_.size() != files_.size()) return false;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    struct stat status{};
    if (::stat(files_[i].path.c_str(), &status) != 0 || version_of(status) != versions_[i]) return false;
  }
  return true;
}

Result<std::optional<LoadedKeys>> FileKeyLoader::load(std::stop_token) {
  if (is_unchanged()) return std::nullopt;
  versions_.clear();  // after a failure the same file is news again
  LoadedKeys out;
  std::vector<Version> versions;
  for (const KeyFile& file : files_) {
    HOLDALL_TRY(const Content content, read_file(file.path));
    auto parsed = file.parse(content.text);
    if (!parsed) {
      Error error = std::move(parsed).error();
      error.message = "The key file " + file.path.string() + " cannot be used: " + error.message;
      return fail(std::move(error));
    }
    std::ranges::move(parsed->keys, std::back_inserter(out.keys.keys));
    for (const std::string& why : parsed->skipped)
      out.keys.skipped.push_back(file.path.string() + ": " + why);
    versions.push_back(version_of(content.status));
  }
  versions_ = std::move(versions);
  return out;
}

std::string FileKeyLoader::name() const {
  std::string out;
  for (const KeyFile& file : files_)
    out += (out.empty() ? "" : ", ") + file.path.string();
  return out;
}

}  // namespace holdall::auth
