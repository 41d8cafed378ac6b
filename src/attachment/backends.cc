#include "attachment/backends.h"

#include <utility>
#include <vector>

namespace holdall::attachment {

catalog::Quota quota_of(const Config& config) {
  catalog::Quota quota;
  if (config.quota_bytes != 0) quota.bytes = config.quota_bytes;
  if (config.quota_files != 0) quota.files = config.quota_files;
  return quota;
}

Result<const Collection*> find_collection(const Config& config, std::string_view name) {
  const auto found = config.collections.find(std::string(name));
  if (found != config.collections.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, collection] : config.collections)
    names.push_back(known);
  return fail(make_error(ErrorKind::Unprocessable, "unknown-collection",
                         "There is no collection of that name; see the member 'allowed' for those there are.")
                  .with("allowed", std::move(names)));
}

}  // namespace holdall::attachment
