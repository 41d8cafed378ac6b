#pragma once
// The self-test: tries from inside the sandbox what no hostile file may manage.
#include "media/protocol/message.h"

namespace holdall::worker {

/// Unreadable: it was refused, as it must be. Done: it worked, the sandbox has a hole. Some attempts end the process
/// instead, which is an answer too.
media::protocol::Reply attempt(media::protocol::Attempt what, int output);

}  // namespace holdall::worker
