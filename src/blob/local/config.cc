#include "blob/local/config.h"

namespace holdall::blob::local {

void declare(config::Schema& schema, Config& config) {
  constexpr std::int64_t kMiB = 1024 * 1024;
  schema.add_section("store", "The folder in which the files are kept.");
  schema.add_bytes("store.min_free", config.min_free, 0, kMiB * kMiB,
                   {.doc = "Space left free on the medium; uploads that would touch it are refused."});
  schema.add_integer("store.threads", config.threads, 1, 64,
                     {.doc = "Threads that wait for the medium: large uploads and reads of what is not in memory."});
  schema.add_bytes("store.journal_size", config.journal_size, 16 * kMiB, 4096 * kMiB,
                   {.doc = "Size of the journal in which small files are made durable before they become files."});
}

}  // namespace holdall::blob::local
