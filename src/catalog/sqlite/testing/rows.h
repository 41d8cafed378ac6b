#pragma once
// Short words for tests of the catalog in a file.
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "io/sync_wait.h"

namespace holdall::catalog::sqlite::testing {

inline constexpr UserId kAnna{7};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

template <class T>
T must(io::Task<Result<T>> task) {
  return must(io::sync_wait(std::move(task)));
}

inline NewAttachment file(std::string key) {
  NewAttachment made;
  made.sha256 = sha256(as_bytes(key));
  made.key = std::move(key);
  made.store = "local";
  made.size = 10;
  made.collection = "default";
  made.filename = "a.txt";
  made.mime_type = "text/plain";
  return made;
}

inline std::vector<NewAttachment> one(NewAttachment made) {
  std::vector<NewAttachment> files;
  files.push_back(std::move(made));
  return files;
}

inline Result<Attachment> add(Catalog& catalog, std::string key) {
  const Context context;
  HOLDALL_TRY(AddOutcome outcome,
              io::sync_wait(catalog.add(kAnna, one(file(std::move(key))), {}, std::nullopt, context)));
  return std::move(outcome.attachments.at(0));
}

inline Result<Attachment> find(Catalog& catalog, AttachmentId id) {
  const Context context;
  return io::sync_wait(catalog.find(kAnna, id, context));
}

/// What fsck would say.
inline std::vector<std::string> findings(Catalog& catalog) {
  const Context context;
  std::vector<std::string> found = must(catalog.check_integrity(context));
  for (const UsageDifference& difference : must(catalog.compare_usage(false, context))) {
    found.push_back("usage of user " + std::to_string(difference.user_id.value));
  }
  return found;
}

}  // namespace holdall::catalog::sqlite::testing
