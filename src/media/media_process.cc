#include "media/media_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdall::media {
namespace {

constexpr int kControl = protocol::kControlDescriptor;

Failure cannot_start(std::string message, std::string internal = {}) {
  return fail(ErrorKind::Unavailable, "media-not-started", std::move(message), std::move(internal));
}

// One thing at a time: no threads of libraries, no code made while running, one arena a thread.
const char* const kEnvironment[] = {"VIPS_CONCURRENCY=1", "VIPS_NOVECTOR=1", "OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8",
                                    nullptr};

class SpawnOptions {
 public:
  explicit SpawnOptions(int control) {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, control, kControl);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, kControl + 1);
    ::posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    // A session of its own: Ctrl-C at the terminal is for the server, which then ends it in order.
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~SpawnOptions() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

std::string names_of_layers(std::uint32_t layers) {
  constexpr std::pair<protocol::Layer, const char*> kNames[] = {{protocol::Layer::Seccomp, "seccomp"},
                                                                {protocol::Layer::Landlock, "landlock"},
                                                                {protocol::Layer::Limits, "limits"},
                                                                {protocol::Layer::Namespaces, "namespaces"},
                                                                {protocol::Layer::Identity, "not root"}};
  std::string names;
  for (const auto& [layer, name] : kNames) {
    if ((layers & static_cast<std::uint32_t>(layer)) == 0) continue;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names.empty() ? "none" : names;
}

Result<std::unique_ptr<MediaProcess>> MediaProcess::start(const std::filesystem::path& program,
                                                          std::chrono::milliseconds patience) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(error_from_errno(errno, "socketpair for holdall-media"));
  protocol::OwnedDescriptor ours(ends[0]);
  const protocol::OwnedDescriptor theirs(ends[1]);
  const SpawnOptions options(theirs.get());
  std::string name = program.string();
  std::array<char*, 2> arguments{name.data(), nullptr};
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, name.c_str(), &options.actions, &options.attributes, arguments.data(),
                                  const_cast<char* const*>(kEnvironment));
  if (error != 0) {
    return cannot_start(name + " cannot be started (" + std::strerror(error) +
                        "): put it there, name it in media.program, or set media.enabled to false.");
  }
  std::unique_ptr<MediaProcess> process(new MediaProcess(std::move(ours), pid));
  HOLDALL_TRY_VOID(process->receive_hello(patience));
  return process;
}

Result<void> MediaProcess::receive_hello(std::chrono::milliseconds patience) {
  pollfd polled{control_.get(), POLLIN, 0};
  if (::poll(&polled, 1, static_cast<int>(patience.count())) <= 0)
    return cannot_start("holdall-media was started and did not answer; the log may tell why.");
  const auto message = protocol::receive_message(control_.get(), sizeof(protocol::Hello));
  const auto hello = message ? protocol::parse_hello(message->bytes) : std::nullopt;
  if (!hello) return cannot_start("holdall-media is not of the same version as holdall, or ended at once.");
  hello_ = *hello;
  return {};
}

MediaProcess::~MediaProcess() {
  control_.reset();  // it ends by itself, its children first
  for (int i = 0; i < 100; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
    ::usleep(10'000);
  }
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool MediaProcess::send(const protocol::Request& request, const protocol::JobDescriptors& job) {
  const std::array<int, protocol::kMostDescriptors> descriptors{job.input.get(), job.output.get(), job.reply.get(),
                                                                job.exit.get()};
  return protocol::send_message(control_.get(), bytes_of(request), descriptors) == 0;
}

}  // namespace holdall::media
