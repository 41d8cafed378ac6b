#include "worker/sandbox/landlock.h"

#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace holdall::worker::sandbox {
namespace {

constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;
constexpr int kPathBeneath = 1;
constexpr std::uint64_t kReadFile = 1U << 2;
constexpr std::uint64_t kReadFolder = 1U << 3;

// struct landlock_ruleset_attr, as long as ABI 6 has it.
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

// struct landlock_path_beneath_attr, which is packed.
struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

void allow_reading(long ruleset, const char* folder) {
  const int parent = ::open(folder, O_PATH | O_CLOEXEC);
  if (parent < 0) return;
  const PathBeneath rule{.allowed = kReadFile | kReadFolder, .parent = parent};
  ::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0);  // one that is not taken leaves the folder shut
  ::close(parent);
}

std::uint64_t first_bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

// Rights came with versions: 13 on files at first, then refer (2), truncate (3), ioctl on devices (5).
RulesetAttributes all_rights(long version) {
  RulesetAttributes rights;
  rights.files = first_bits(version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13);
  if (version >= 4) rights.network = first_bits(2);  // bind and connect of TCP
  if (version >= 6) rights.scoped = first_bits(2);   // abstract unix sockets and signals of others
  return rights;
}

std::size_t size_of_attributes(long version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  return version >= 4 ? offsetof(RulesetAttributes, scoped) : offsetof(RulesetAttributes, network);
}

}  // namespace

bool forbid_files_and_network(std::span<const char* const> readable) {
  const long version = ::syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version < 1) return false;
  const RulesetAttributes rights = all_rights(version);
  const long ruleset = ::syscall(kCreateRuleset, &rights, size_of_attributes(version), 0);
  if (ruleset < 0) return false;
  for (const char* folder : readable)
    allow_reading(ruleset, folder);
  const bool restricted = ::syscall(kRestrictSelf, ruleset, 0) == 0;
  ::close(static_cast<int>(ruleset));
  return restricted;
}

}  // namespace holdall::worker::sandbox
