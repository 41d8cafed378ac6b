#include "worker/probe.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdall::worker {
namespace {

using media::protocol::Attempt;
using media::protocol::Outcome;
using media::protocol::Reply;

bool can_open_file() { return ::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0; }

bool can_connect() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(1);
  return socket >= 0 && ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

bool can_execute() {
  char program[] = "/bin/true";
  std::array<char*, 2> arguments{program, nullptr};
  ::execve(program, arguments.data(), nullptr);
  return false;
}

bool can_fork() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child > 0;
}

bool can_trace() { return ::ptrace(PTRACE_ATTACH, ::getpid() - 1, nullptr, nullptr) == 0; }

bool can_read_environment() {
  return (environ != nullptr && *environ != nullptr) || ::open("/proc/self/environ", O_RDONLY | O_CLOEXEC) >= 0;
}

// All of it touched, as something that leaks would do.
bool can_eat_memory() {
  constexpr std::size_t kStep = std::size_t{64} << 20;
  constexpr int kSteps = 256;
  for (int i = 0; i < kSteps; ++i) {
    void* memory = ::mmap(nullptr, kStep, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    std::memset(memory, 1, kStep);
  }
  return true;
}

bool can_write_much(int output) {
  const std::string piece(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 1024; ++i) {
    if (::write(output, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size())) return false;
  }
  return true;
}

// fcntl(2): who is told, and by which signal, when a descriptor becomes ready.
bool can_signal_by_descriptor(int output) { return ::fcntl(output, F_SETOWN, ::getpid()) == 0; }

bool try_it(Attempt what, int output) {
  switch (what) {
    case Attempt::OpenFile: return can_open_file();
    case Attempt::Connect: return can_connect();
    case Attempt::Execute: return can_execute();
    case Attempt::Fork: return can_fork();
    case Attempt::Trace: return can_trace();
    case Attempt::ReadEnvironment: return can_read_environment();
    case Attempt::EatMemory: return can_eat_memory();
    case Attempt::WriteMuch: return can_write_much(output);
    case Attempt::Hang:
      while (true)
        ::pause();
    case Attempt::SignalByDescriptor: return can_signal_by_descriptor(output);
    case Attempt::Crash: __builtin_trap();
  }
  return false;
}

}  // namespace

Reply attempt(Attempt what, int output) {
  Reply reply;
  const bool worked = try_it(what, output);
  reply.outcome = worked ? Outcome::Done : Outcome::Unreadable;
  reply.width = reply.height = 1;
  set_reason(reply, worked ? "it worked" : std::strerror(errno));
  return reply;
}

}  // namespace holdall::worker
