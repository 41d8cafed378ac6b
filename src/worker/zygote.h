#pragma once
// The media process: waits for jobs on a socket, forks one child a job, and tells how each ended. It never looks at a
// byte of a file itself.
#include <functional>

#include "media/protocol/message.h"

namespace holdall::worker {

/// Does a job inside the sandbox.
using Work = std::function<media::protocol::Reply(const media::protocol::Request&, int input, int output)>;

struct Engines {
  std::function<void()> warm_up;  ///< loads what every child shares; runs once, after the Hello
  Work work;
};

/// Serves `control` (media/protocol/message.h) until its other end closes; then ends what runs and answers 0.
int serve_jobs(int control, const Engines& engines);

}  // namespace holdall::worker
