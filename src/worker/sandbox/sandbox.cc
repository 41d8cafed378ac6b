#include "worker/sandbox/sandbox.h"

#include <cstdlib>

#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "worker/sandbox/landlock.h"

namespace holdall::worker::sandbox {
namespace {

using media::protocol::Layer;
using media::protocol::Limits;
using media::protocol::Profile;

constexpr id_t kNobody = 65534;
constexpr rlim_t kDescriptors = 16;

// Fonts that documents do not bring along, how other scripts than ours are coded (poppler-data), and how letters look.
constexpr const char* kReadableFolders[] = {
    "/usr/share/fonts",      "/usr/local/share/fonts",  "/etc/fonts", "/usr/share/poppler", "/var/cache/fontconfig",
    "/usr/share/fontconfig", "/usr/share/tesseract-ocr"};
constexpr std::span<const char* const> kReadable(kReadableFolders);

#if __has_feature(address_sanitizer)
// The sanitizer reserves terabytes of address space.
constexpr bool kLimitsAddressSpace = false;
#else
constexpr bool kLimitsAddressSpace = true;
#endif

std::uint32_t bit(Layer layer) { return static_cast<std::uint32_t>(layer); }

bool set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

bool set_limits(const Limits& limits) {
  // One more second for the hard limit: SIGXCPU says what happened, SIGKILL would not.
  const rlimit cpu{limits.cpu_seconds, limits.cpu_seconds + 1};
  return (!kLimitsAddressSpace || set_limit(RLIMIT_AS, limits.memory_bytes)) && ::setrlimit(RLIMIT_CPU, &cpu) == 0 &&
         set_limit(RLIMIT_FSIZE, limits.output_bytes) && set_limit(RLIMIT_NOFILE, kDescriptors) &&
         set_limit(RLIMIT_CORE, 0);
}

bool become_nobody() {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

}  // namespace

std::uint32_t leave_the_system() {
  std::uint32_t layers = 0;
  constexpr int kSpaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  // Without privileges a user namespace of one's own gives the right to the others, where the system allows that.
  if (::unshare(kSpaces) == 0 || ::unshare(CLONE_NEWUSER | kSpaces) == 0) layers |= bit(Layer::Namespaces);
  if (become_nobody()) layers |= bit(Layer::Identity);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return layers;
}

std::uint32_t Sandbox::enter(const Limits& limits, Profile profile) const {
  std::uint32_t layers = 0;
  ::clearenv();
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return layers;
  if (set_limits(limits)) layers |= bit(Layer::Limits);
  const bool is_document = profile == Profile::Document;
  const bool landlock_holds = forbid_files_and_network(is_document ? kReadable : std::span<const char* const>());
  if (landlock_holds) layers |= bit(Layer::Landlock);
  // Without Landlock nothing would stand between a name and its file.
  const SystemCalls& system_calls = is_document && landlock_holds ? for_documents_ : for_pictures_;
  // A call that exists everywhere and cannot fail: unless the filter answers it.
  if (system_calls.restrict() && ::getppid() == -1) layers |= bit(Layer::Seccomp);
  return layers;
}

}  // namespace holdall::worker::sandbox
