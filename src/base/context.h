#pragma once
// What travels with every call through a port: until when it may take, whose request it is, whether it is still wanted.
#include <chrono>
#include <stop_token>
#include <string>

namespace holdall {

using Deadline = std::chrono::steady_clock::time_point;

/// A callee may shorten the deadline for what it calls, never lengthen it. `stop` is asked between steps: a call that
/// has begun to change something finishes that change. Passed by const reference; outlives the call.
struct Context {
  std::string request_id;
  Deadline deadline = Deadline::max();
  std::stop_token stop;

  bool is_expired() const { return std::chrono::steady_clock::now() >= deadline; }
};

/// For moving bytes that work has led to: how long that takes is for the client's rate to say.
inline Context without_deadline(const Context& context) {
  return {.request_id = context.request_id, .deadline = Deadline::max(), .stop = context.stop};
}

}  // namespace holdall
