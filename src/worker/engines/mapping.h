#pragma once
// A file's bytes in memory.
#include <cstddef>
#include <string_view>

namespace holdall::worker::engines {

/// The whole of a file, mapped for reading for as long as it lives. Empty when the file is, or cannot be mapped.
class Mapping {
 public:
  explicit Mapping(int file);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::string_view bytes() const { return {bytes_, size_}; }

 private:
  const char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace holdall::worker::engines
