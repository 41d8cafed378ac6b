#include "auth/signing_key_file.h"

#include <array>
#include <cerrno>
#include <optional>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/random.h"

namespace holdall::auth {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTextBytes = 44;  // 43 characters of base64url and the line end

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Failure refuse_file(const std::filesystem::path& path, const std::string& why) {
  return fail(ErrorKind::InvalidArgument, "signing-key-file", "The signing key " + path.string() + " " + why);
}

Failure failed(const char* call, const std::filesystem::path& path) {
  return fail(error_from_errno(errno, std::string(call) + " " + path.string()));
}

Result<void> judge_owner(const struct stat& status, const std::filesystem::path& path, SigningKey& key) {
  if (!S_ISREG(status.st_mode)) return refuse_file(path, "must be a regular file.");
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return refuse_file(path, "belongs to another user; give it to the user of the server (chown).");
  }
  if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
    return refuse_file(path, "is open to other users; close it (chmod 600) or delete it to get a new one.");
  }
  if ((status.st_mode & S_IRGRP) != 0) {
    key.warnings.push_back("The signing key " + path.string() + " can be read by its group; chmod 600 closes it.");
  }
  return {};
}

Result<SigningKey> read_key(const Descriptor& file, const std::filesystem::path& path) {
  SigningKey key;
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failed("fstat", path);
  HOLDALL_TRY_VOID(judge_owner(status, path, key));
  std::array<char, kTextBytes + 1> text{};
  const ssize_t count = ::pread(file.get(), text.data(), text.size(), 0);
  if (count < 0) return failed("read", path);
  std::string_view content(text.data(), static_cast<std::size_t>(count));
  if (content.ends_with('\n')) content.remove_suffix(1);
  auto secret = parse_base64url(content);
  if (!secret || secret->size() != kKeyBytes) {
    return refuse_file(path, "must hold 32 bytes as base64url; restore it, or delete it to get a new one.");
  }
  key.secret = *std::move(secret);
  return key;
}

Result<void> write_durably(const Descriptor& file, std::string_view text, const std::filesystem::path& path) {
  // A file this short is written whole or not at all.
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return failed("write", path);
  if (::fsync(file.get()) != 0) return failed("fsync", path);
  return {};
}

Result<void> make_key(const std::filesystem::path& path) {
  std::array<std::byte, kKeyBytes> secret{};
  fill_random(secret);
  const std::filesystem::path temporary = path.string() + "." + random_name(12);
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return failed("create", temporary);
  Result<void> outcome = write_durably(file, to_base64url(secret) + "\n", temporary);
  // link, unlike rename, leaves a key alone that another process has made meanwhile.
  if (outcome && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) outcome = failed("link", path);
  ::unlink(temporary.c_str());
  HOLDALL_TRY_VOID(std::move(outcome));
  const Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return failed("fsync", path.parent_path());
  return {};
}

}  // namespace

Result<SigningKey> open_signing_key(const std::filesystem::path& data_folder) {
  const std::filesystem::path path = std::filesystem::absolute(data_folder) / "signing.key";
  for (bool made = false;; made = true) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.is_open()) return read_key(file, path);
    if (errno == ELOOP) return refuse_file(path, "must be a regular file, not a link.");
    if (errno != ENOENT || made) return failed("open", path);
    HOLDALL_TRY_VOID(make_key(path));
  }
}

}  // namespace holdall::auth
