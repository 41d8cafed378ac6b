#pragma once
// What stands between a hostile file and the machine: layers that hold each without the others.
#include <cstdint>

#include "media/protocol/message.h"
#include "worker/sandbox/system_calls.h"

namespace holdall::worker::sandbox {

/// Layers of the whole media process, taken before any thread runs: namespaces of its own and no root, where the
/// kernel permits. Answers those that hold, as bits of protocol::Layer.
std::uint32_t leave_the_system();

class Sandbox {
 public:
  /// Takes this process, a fresh child, out of the way: limits, no environment, no files, few system calls. For good.
  /// With Profile::Document, and where Landlock holds, fonts and character maps stay readable. Answers the layers that
  /// hold, as bits of protocol::Layer.
  std::uint32_t enter(const media::protocol::Limits& limits, media::protocol::Profile profile) const;

 private:
  SystemCalls for_pictures_{SystemCalls::Names::Refused};
  SystemCalls for_documents_{SystemCalls::Names::LeftToLandlock};
};

}  // namespace holdall::worker::sandbox
