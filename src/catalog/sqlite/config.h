#pragma once
// How the catalog in a file is set up.
#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "config/schema.h"

namespace holdall::catalog::sqlite {

enum class Mode : std::uint8_t {
  Serve,     ///< reads and writes; one at a time for a file
  ReadOnly,  ///< looks at what a server may be using at the same time; every write is Unavailable
};

struct Config {
  std::filesystem::path folder;  ///< where the file lies or will lie; the folder itself is there already
  Mode mode = Mode::Serve;
  std::size_t write_queue = 4096;             ///< calls that wait for the writer; more are Overloaded
  unsigned read_threads = 2;                  ///< for listings and checks; looking up one row needs none
  std::size_t read_queue = 1024;              ///< calls that wait for them; more are Overloaded
  std::int64_t reader_cache_bytes = 2 << 20;  ///< for each thread that reads
  std::int64_t writer_cache_bytes = 8 << 20;
  int page_size = 4096;                 ///< of a file still to be made
  std::size_t checkpoint_pages = 2000;  ///< of the WAL, before it is moved into the file in the middle of work
};

/// Declares what an operator may change, below "catalog.".
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::catalog::sqlite
