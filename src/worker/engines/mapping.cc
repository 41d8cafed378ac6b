#include "worker/engines/mapping.h"

#include <sys/mman.h>
#include <sys/stat.h>

namespace holdall::worker::engines {

Mapping::Mapping(int file) {
  struct stat status{};
  if (::fstat(file, &status) != 0 || status.st_size <= 0) return;
  void* bytes = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return;
  bytes_ = static_cast<const char*>(bytes);
  size_ = static_cast<std::size_t>(status.st_size);
}

Mapping::~Mapping() {
  if (bytes_ != nullptr) ::munmap(const_cast<char*>(bytes_), size_);
}

}  // namespace holdall::worker::engines
