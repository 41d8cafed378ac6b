#pragma once
// The folders of blobs (`<user>/<yyyy>/<mm>/<dd>`): made when first needed, kept open while they are busy, and known to
// be durable or not. Any thread; every call may wait for the medium.
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "blob/local/medium.h"

namespace holdall::blob::local {

class Parents {
 public:
  using Shared = std::shared_ptr<const Descriptor>;

  explicit Parents(const Medium& medium) : medium_(medium) {}

  /// The folder of a key, if it is there (ENOENT). An empty path is the folder of all blobs.
  Errno<Shared> open(const std::string& path);
  /// The same, made where it is missing. ENOTDIR: a blob stands in the way.
  Errno<Shared> open_or_make(const std::string& path);

  /// A folder and those above it that are not known to be durable yet, all open; the folder itself is the first.
  struct Link {
    std::string path;
    Shared folder;
  };
  using Chain = std::vector<Link>;

  /// open_or_make() of all that sync() needs: whoever has the chain can fail at the medium only, and never for want of
  /// a descriptor.
  Errno<Chain> open_chain(const std::string& path);

  /// Makes new entries of the first folder durable, and that folder itself with all above it.
  Errno<> sync(const Chain& chain);

  /// Closes a folder that turned out to be gone, and those above it: they may be gone as well.
  void forget(std::string_view path);

 private:
  bool is_durable(const std::string& path);
  Errno<Shared> open_or_make_once(const std::string& path);
  Errno<Shared> make(const std::string& path);
  Shared find(const std::string& path);
  void keep(const std::string& path, Shared folder);

  struct Kept {
    Shared folder;
    std::list<std::string>::iterator age;
  };

  const Medium& medium_;
  std::mutex mutex_;
  std::list<std::string> ages_;  ///< least recently used first
  std::unordered_map<std::string, Kept> kept_;
  std::unordered_set<std::string> durable_;
};

}  // namespace holdall::blob::local
