#include "io/send_progress.h"

#include <algorithm>
#include <utility>

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace holdall::io {
namespace {

using Duration = std::chrono::steady_clock::duration;

std::uint64_t unsent_bytes(int socket) {
  int count = 0;
  return ::ioctl(socket, SIOCOUTQ, &count) == 0 && count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

}  // namespace

SendCredit::SendCredit(Deadline now, Deadline deadline, std::uint64_t least_rate, std::uint64_t unsent)
    : deadline_(deadline),
      longest_(deadline == Deadline::max() ? Duration(0) : std::max<Duration>(deadline - now, Duration(0))),
      least_rate_(std::max<std::uint64_t>(least_rate, 1)),
      unsent_(unsent) {}

Deadline SendCredit::renewed(std::uint64_t unsent, Deadline now) {
  const std::uint64_t before = std::exchange(unsent_, unsent);
  const std::uint64_t taken = before - std::min(before, unsent);
  const std::chrono::duration<double> earned(static_cast<double>(taken) / static_cast<double>(least_rate_));
  const Deadline latest = now + longest_;
  deadline_ = earned >= latest - deadline_ ? latest : deadline_ + std::chrono::duration_cast<Duration>(earned);
  return deadline_;
}

SendProgress::SendProgress(int socket, Deadline now, Deadline deadline, std::uint64_t least_rate)
    : socket_(socket), credit_(now, deadline, least_rate, unsent_bytes(socket)) {}

Deadline SendProgress::extended(Deadline now) {
  if (socket_ < 0) return now;
  return std::max(now, credit_.renewed(unsent_bytes(socket_), now));
}

}  // namespace holdall::io
