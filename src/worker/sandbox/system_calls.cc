#include "worker/sandbox/system_calls.h"

#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

namespace holdall::worker::sandbox {
namespace {

// Memory, threads, time, and reading and writing what is open already.
constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
};

// Libraries look for files they can do without; they are told no and go on.
constexpr int kByName[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(access),   SCMP_SYS(faccessat),  SCMP_SYS(faccessat2),
    SCMP_SYS(stat), SCMP_SYS(lstat),  SCMP_SYS(statx),   SCMP_SYS(readlink), SCMP_SYS(readlinkat),
};

constexpr int kOfFolders[] = {SCMP_SYS(getdents64), SCMP_SYS(fstatfs), SCMP_SYS(statfs)};

constexpr int kDeadly[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(memfd_create),
};

scmp_arg_cmp with_bits(unsigned argument, scmp_datum_t bits) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = bits};
}

scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

scmp_arg_cmp without_bits(unsigned argument, scmp_datum_t bits) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = 0};
}

class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void add(std::uint32_t action, int call) { judge(seccomp_rule_add(filter_, action, call, 0)); }
  void add(std::uint32_t action, int call, const scmp_arg_cmp& condition) {
    judge(seccomp_rule_add(filter_, action, call, 1, condition));
  }

 private:
  static void judge(int outcome) {
    // A call this processor does not have cannot be made.
    if (outcome != 0 && outcome != -EDOM) throw std::runtime_error("seccomp: a rule was not taken");
  }

  scmp_filter_ctx filter_;
};

void add_rules(Rules& rules, SystemCalls::Names names) {
  for (const int call : kAllowed)
    rules.add(SCMP_ACT_ALLOW, call);
  const bool is_refused = names == SystemCalls::Names::Refused;
  for (const int call : kByName)
    rules.add(is_refused ? SCMP_ACT_ERRNO(EACCES) : SCMP_ACT_ALLOW, call);
  for (const int call : kOfFolders)
    rules.add(is_refused ? SCMP_ACT_ERRNO(EACCES) : SCMP_ACT_ALLOW, call);
  for (const int call : kDeadly)
    rules.add(SCMP_ACT_KILL_PROCESS, call);
  // No memory is ever made executable.
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), without_bits(2, PROT_EXEC));
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), without_bits(2, PROT_EXEC));
  // Of what is open, not of a name: names tell what there is.
  if (is_refused) {
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), with_bits(3, AT_EMPTY_PATH));
  } else {
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(newfstatat));
  }
  // Threads but no processes. The flags of clone3 lie behind a pointer, so the C library is sent to clone.
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(clone), with_bits(0, CLONE_THREAD));
  rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  // Not to change who gets a signal when a descriptor becomes ready, nor to lock or lease a file of the store.
  for (const int command : {F_GETFL, F_GETFD, F_SETFD, F_DUPFD, F_DUPFD_CLOEXEC})
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), equal(1, static_cast<scmp_datum_t>(command)));
  rules.add(SCMP_ACT_ALLOW, SCMP_SYS(prctl), equal(0, PR_SET_NAME));
}

}  // namespace

SystemCalls::SystemCalls(Names names) : filter_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
  if (filter_ == nullptr) throw std::runtime_error("seccomp: no filter");
  Rules rules(filter_);
  add_rules(rules, names);
}

SystemCalls::~SystemCalls() { seccomp_release(filter_); }

bool SystemCalls::restrict() const { return seccomp_load(filter_) == 0; }

}  // namespace holdall::worker::sandbox
