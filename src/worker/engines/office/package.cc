#include "worker/engines/office/package.h"

#include <memory>
#include <optional>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;

constexpr std::size_t kMostEntries = 20'000;
constexpr std::size_t kLargestPart = std::size_t{64} << 20;  // XML takes some four times as much when it is parsed
constexpr std::size_t kMostBytes = std::size_t{192} << 20;
// What office programs make of a document with a password: OLE2 around something encrypted ([MS-OFFCRYPTO]).
constexpr std::string_view kOle2 = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

Archive open_zip(std::string_view bytes) {
  Archive zip(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) zip.reset();
  return zip;
}

// The size that an entry claims is not asked.
std::optional<std::string> read_part(archive* zip, std::size_t most) {
  std::string part;
  char piece[64 * 1024];
  while (true) {
    const la_ssize_t count = archive_read_data(zip, piece, sizeof piece);
    if (count < 0) return std::nullopt;
    if (count == 0) return part;
    if (part.size() + static_cast<std::size_t>(count) > most) return std::nullopt;
    part.append(piece, static_cast<std::size_t>(count));
  }
}

}  // namespace

Outcome Package::open(std::string_view bytes, const Wanted& is_wanted) {
  if (bytes.starts_with(kOle2)) return Outcome::Locked;
  const Archive zip = open_zip(bytes);
  if (!zip) return Outcome::Unreadable;
  archive_entry* entry = nullptr;
  for (std::size_t count = 0; archive_read_next_header(zip.get(), &entry) == ARCHIVE_OK; ++count) {
    if (count == kMostEntries) return Outcome::Failed;
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || !is_wanted(name)) continue;
    if (archive_entry_is_encrypted(entry) != 0) return Outcome::Locked;
    const std::size_t most = std::min(kLargestPart, kMostBytes - bytes_);
    std::optional<std::string> part = read_part(zip.get(), most);
    if (!part) return archive_errno(zip.get()) == 0 ? Outcome::Failed : Outcome::Unreadable;
    bytes_ += part->size();
    parts_.emplace(name, *std::move(part));
  }
  return parts_.empty() ? Outcome::Unreadable : Outcome::Done;
}

std::string_view Package::part(const std::string& name) const {
  const auto found = parts_.find(name);
  return found == parts_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace holdall::worker::engines
