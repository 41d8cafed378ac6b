#include "worker/zygote.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <new>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/protocol/descriptors.h"
#include "worker/sandbox/sandbox.h"

namespace holdall::worker {
namespace {

namespace protocol = media::protocol;
using Clock = std::chrono::steady_clock;
using protocol::OwnedDescriptor;

// The server asks for fewer at a time; this holds when it does not.
constexpr std::size_t kMostChildren = 256;
constexpr int kYielding = 10;  // nice(2): gets a tenth of a processor that somebody else wants

#if __has_feature(address_sanitizer)
constexpr bool kKeepsErrorOutput = true;  // a report must be seen
#else
constexpr bool kKeepsErrorOutput = false;  // libraries write what a file makes them write
#endif

struct Child {
  pid_t pid = -1;
  OwnedDescriptor exit;
  Clock::time_point deadline;
  bool was_killed = false;
};

class Zygote {
 public:
  Zygote(int control, const Engines& engines) : control_(control), engines_(engines) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &before_);
    signals_ = OwnedDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    null_ = OwnedDescriptor(::open("/dev/null", O_RDWR | O_CLOEXEC));
  }

  int run() {
    const std::uint32_t of_process = sandbox::leave_the_system();
    of_child_ = try_sandbox();
    const protocol::Hello hello{.layers = of_process | of_child_};
    if (protocol::send_message(control_, bytes_of(hello), {}) != 0) return 1;
    engines_.warm_up();
    while (wait_for_something()) {
      reap();
      kill_overdue();
    }
    for (Child& child : children_)
      kill(child);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    return 0;
  }

 private:
  // What holds is found out by trying it.
  std::uint32_t try_sandbox() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return 0;
    const OwnedDescriptor reader(ends[0]);
    OwnedDescriptor writer(ends[1]);
    const protocol::Limits limits{
        .memory_bytes = std::uint64_t{1} << 30, .output_bytes = 4096, .cpu_seconds = 1, .wall_milliseconds = 1000};
    const pid_t child = ::fork();
    if (child == 0) {
      const std::uint32_t layers = sandbox_.enter(limits, protocol::Profile::Document);
      const bool told = ::write(writer.get(), &layers, sizeof layers) == sizeof layers;
      ::_exit(told ? 0 : 1);
    }
    writer.reset();
    std::uint32_t layers = 0;
    if (child < 0 || ::read(reader.get(), &layers, sizeof layers) != sizeof layers) layers = 0;
    if (child > 0) ::waitpid(child, nullptr, 0);
    return layers;
  }

  /// False when the server is gone.
  bool wait_for_something() {
    pollfd polled[2] = {{control_, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    const int ready = ::poll(polled, 2, milliseconds_left());
    if (ready <= 0) return ready == 0 || errno == EINTR;
    if ((polled[1].revents & POLLIN) != 0) {
      signalfd_siginfo ignored;
      while (::read(signals_.get(), &ignored, sizeof ignored) > 0) {
      }
    }
    if ((polled[0].revents & (POLLIN | POLLHUP)) == 0) return true;
    auto message = protocol::receive_message(control_, sizeof(protocol::Request));
    if (!message) return message.error() == EMSGSIZE || message.error() == EINTR;
    if (message->bytes.empty()) return false;
    begin(*message);
    return true;
  }

  int milliseconds_left() const {
    if (children_.empty()) return -1;
    const auto first = std::ranges::min_element(children_, {}, &Child::deadline)->deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 60'000));
  }

  // A message that makes no sense is dropped with its descriptors: the server sees its pipes close.
  void begin(protocol::ReceivedMessage& message) {
    const auto request = protocol::parse_request(message.bytes);
    if (!request || message.descriptors.size() != protocol::kMostDescriptors || children_.size() >= kMostChildren)
      return;
    protocol::JobDescriptors job{.input = std::move(message.descriptors[0]),
                                 .output = std::move(message.descriptors[1]),
                                 .reply = std::move(message.descriptors[2]),
                                 .exit = std::move(message.descriptors[3])};
    const auto deadline = Clock::now() + std::chrono::milliseconds(request->limits.wall_milliseconds);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) become_child(*request, job, parent);
    if (pid < 0) return;
    children_.push_back({.pid = pid, .exit = std::move(job.exit), .deadline = deadline});
  }

  [[noreturn]] void become_child(const protocol::Request& request, protocol::JobDescriptors& job, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != parent) ::_exit(1);
    ::setsid();
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    keep_only(job);
    if (request.urgency == protocol::Urgency::Background) ::setpriority(PRIO_PROCESS, 0, kYielding);
    if ((sandbox_.enter(request.limits, request.profile) & of_child_) != of_child_)
      ::_exit(protocol::kNotSandboxedExit);
    std::set_new_handler([] { ::_exit(protocol::kOutOfMemoryExit); });
    const protocol::Reply reply = engines_.work(request, kInput, kOutput);
    const auto bytes = bytes_of(reply);
    const bool told = ::write(kReply, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    ::_exit(told ? 0 : 1);
  }

  // Numbers of its own above standard error; everything else is closed, the exit pipes of all jobs first of all.
  static constexpr int kInput = 3, kOutput = 4, kReply = 5;

  void keep_only(const protocol::JobDescriptors& job) const {
    constexpr int kOutOfTheWay = 16;
    const int input = ::fcntl(job.input.get(), F_DUPFD_CLOEXEC, kOutOfTheWay);
    const int output = ::fcntl(job.output.get(), F_DUPFD_CLOEXEC, kOutOfTheWay);
    const int reply = ::fcntl(job.reply.get(), F_DUPFD_CLOEXEC, kOutOfTheWay);
    ::dup2(null_.get(), STDIN_FILENO);
    ::dup2(null_.get(), STDOUT_FILENO);
    if (!kKeepsErrorOutput) ::dup2(null_.get(), STDERR_FILENO);
    if (::dup2(input, kInput) != kInput || ::dup2(output, kOutput) != kOutput || ::dup2(reply, kReply) != kReply)
      ::_exit(protocol::kNotSandboxedExit);
    ::close_range(kReply + 1, ~0U, 0);
  }

  void reap() {
    int status = 0;
    rusage usage{};
    for (pid_t pid = 0; (pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0;) {
      const auto child = std::ranges::find(children_, pid, &Child::pid);
      if (child == children_.end()) continue;
      const protocol::Exit exit{.wait_status = status,
                                .was_killed = child->was_killed ? 1U : 0U,
                                .peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
      const auto bytes = bytes_of(exit);
      // Nobody may wait any more; that is not this process's trouble (SIGPIPE is ignored).
      [[maybe_unused]] const ssize_t told = ::write(child->exit.get(), bytes.data(), bytes.size());
      children_.erase(child);
    }
  }

  void kill_overdue() {
    const auto now = Clock::now();
    for (Child& child : children_) {
      if (child.deadline <= now) kill(child);
    }
  }

  static void kill(Child& child) {
    child.was_killed = true;
    child.deadline = Clock::now() + std::chrono::seconds(1);  // should it need another
    ::kill(-child.pid, SIGKILL);
    ::kill(child.pid, SIGKILL);  // before it had a session of its own
  }

  const int control_;
  const Engines& engines_;
  sandbox::Sandbox sandbox_;
  sigset_t before_{};
  OwnedDescriptor signals_, null_;
  std::uint32_t of_child_ = 0;
  std::vector<Child> children_;
};

}  // namespace

int serve_jobs(int control, const Engines& engines) {
  std::signal(SIGPIPE, SIG_IGN);
  return Zygote(control, engines).run();
}

}  // namespace holdall::worker
