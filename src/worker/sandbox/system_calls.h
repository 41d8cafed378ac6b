#pragma once
// Which system calls an engine may make (seccomp(2)). What is not listed is refused with EPERM; what only an attacker
// wants ends the process.
#include <memory>

namespace holdall::worker::sandbox {

/// The filter, compiled once and loaded by each child.
class SystemCalls {
 public:
  enum class Names : bool { Refused, LeftToLandlock };

  /// With LeftToLandlock files may be opened by name as far as Landlock lets them.
  explicit SystemCalls(Names names);
  ~SystemCalls();
  SystemCalls(const SystemCalls&) = delete;
  SystemCalls& operator=(const SystemCalls&) = delete;

  /// For this thread and those it starts, for good; needs no_new_privs. False where the kernel has no seccomp.
  bool restrict() const;

 private:
  void* filter_ = nullptr;  ///< scmp_filter_ctx
};

}  // namespace holdall::worker::sandbox
