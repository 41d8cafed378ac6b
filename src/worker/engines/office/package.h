#pragma once
// Office documents are ZIP files of XML files (ECMA-376 part 2, OpenDocument 1.3 part 2), opened by libarchive.
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "media/protocol/message.h"

namespace holdall::worker::engines {

/// A package's parts by name, those that were wanted. Bounded, whatever the ZIP file says of itself: so many entries,
/// so many bytes a part and in all.
class Package {
 public:
  using Wanted = std::function<bool(std::string_view name)>;

  /// Done; Unreadable when it is no ZIP file, Locked when it is encrypted, Failed when it holds more than is read.
  media::protocol::Outcome open(std::string_view bytes, const Wanted& is_wanted);

  const std::map<std::string, std::string>& parts() const { return parts_; }
  /// Empty when it is not there.
  std::string_view part(const std::string& name) const;

 private:
  std::map<std::string, std::string> parts_;
  std::size_t bytes_ = 0;
};

}  // namespace holdall::worker::engines
