#include "app/data_folder.h"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace holdall::app {
namespace {

Failure refuse(const std::filesystem::path& folder, const std::string& why) {
  return fail(ErrorKind::InvalidArgument, "data-folder", "The data folder " + folder.string() + " " + why + ".");
}

}  // namespace

Result<void> open_data_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return refuse(folder, std::string("cannot be made: ") + std::strerror(errno));
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0)
    return refuse(folder, std::string("cannot be read: ") + std::strerror(errno));
  if (!S_ISDIR(status.st_mode)) return refuse(folder, "is not a folder");
  if ((status.st_mode & S_IWOTH) != 0)
    return refuse(folder, "may be written to by everyone; run chmod o-w on it first");
  return {};
}

std::optional<std::string> data_folder_warning(const std::filesystem::path& folder) {
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return std::nullopt;
  return "the data folder " + folder.string() + " is open to other users; run chmod 700 on it";
}

}  // namespace holdall::app
