#include "worker/sandbox/landlock.h"

#include <cstddef>
#include <cstdint>

#include <sys/syscall.h>
#include <unistd.h>

namespace holdall::worker::sandbox {
namespace {

constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;

// struct landlock_ruleset_attr, as long as ABI 6 has it.
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

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

bool forbid_files_and_network() {
  const long version = ::syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version < 1) return false;
  const RulesetAttributes rights = all_rights(version);
  const long ruleset = ::syscall(kCreateRuleset, &rights, size_of_attributes(version), 0);
  if (ruleset < 0) return false;
  const bool restricted = ::syscall(kRestrictSelf, ruleset, 0) == 0;
  ::close(static_cast<int>(ruleset));
  return restricted;
}

}  // namespace holdall::worker::sandbox
