#pragma once
// A running holdall-media: started, spoken to, ended.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/types.h>

#include "base/result.h"
#include "media/protocol/descriptors.h"
#include "media/protocol/message.h"

namespace holdall::media {

/// "seccomp, landlock": the layers of a Hello in words.
std::string names_of_layers(std::uint32_t layers);

class MediaProcess {
 public:
  /// Starts the program with nothing but a socket and waits until it says hello. Blocks for some 50 ms, at most for
  /// `patience`. Unavailable with one sentence for the operator.
  static Result<std::unique_ptr<MediaProcess>> start(const std::filesystem::path& program,
                                                     std::chrono::milliseconds patience = std::chrono::seconds(10));
  /// Ends it with all it has forked. Blocks until it is gone.
  ~MediaProcess();
  MediaProcess(const MediaProcess&) = delete;
  MediaProcess& operator=(const MediaProcess&) = delete;

  std::uint32_t layers() const { return hello_.layers; }
  pid_t pid() const { return pid_; }

  /// False when nobody listens any more, or the socket's buffer is full. Any thread.
  bool send(const protocol::Request& request, const protocol::JobDescriptors& job);

 private:
  MediaProcess(protocol::OwnedDescriptor control, pid_t pid) : control_(std::move(control)), pid_(pid) {}
  Result<void> receive_hello(std::chrono::milliseconds patience);

  protocol::OwnedDescriptor control_;
  const pid_t pid_;
  protocol::Hello hello_;
};

}  // namespace holdall::media
