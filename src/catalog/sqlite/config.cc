#include "catalog/sqlite/config.h"

namespace holdall::catalog::sqlite {

void declare(config::Schema& schema, Config& config) {
  schema.add_section("catalog", "The catalog of attachments, in a SQLite file of the data folder.");
  schema.add_integer("catalog.write_queue", config.write_queue, 16, 1'000'000,
                     {.doc = "How many changes may wait to be written; more are refused with 503."});
  schema.add_integer("catalog.read_threads", config.read_threads, 1, 64,
                     {.doc = "Threads for listings and checks; looking up one attachment needs none."});
  schema.add_integer("catalog.read_queue", config.read_queue, 1, 1'000'000,
                     {.doc = "How many listings and checks may wait for a thread; more are refused with 503."});
  schema.add_bytes("catalog.reader_cache", config.reader_cache_bytes, 64 << 10, std::int64_t{1} << 34,
                   {.doc = "Memory for pages of the catalog, for each thread that reads it."});
  schema.add_bytes("catalog.writer_cache", config.writer_cache_bytes, 64 << 10, std::int64_t{1} << 34,
                   {.doc = "Memory for pages of the catalog for the thread that writes it."});
}

}  // namespace holdall::catalog::sqlite
