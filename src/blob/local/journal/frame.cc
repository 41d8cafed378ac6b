#include "blob/local/journal/frame.h"

#include <bit>
#include <cstring>

#include "blob/key.h"
#include "blob/local/journal/crc32c.h"
#include "blob/local/small_blob.h"

namespace holdall::blob::local {
namespace {

static_assert(std::endian::native == std::endian::little, "the journal is written in the machine's own byte order");

constexpr std::uint32_t kMagic = 0x314a4448;  // "HDJ1"
// The checksum covers everything of the head behind itself.
constexpr std::size_t kChecksumStart = 8;
constexpr std::size_t kEntry = 56;  // an entry without its key

class Output {
 public:
  template <class T>
  void put(T value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
  }
  void put_bytes(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void pad_to(std::size_t multiple) { bytes_.resize((bytes_.size() + multiple - 1) / multiple * multiple); }
  template <class T>
  void overwrite(std::size_t at, T value) {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

class Input {
 public:
  explicit Input(std::span<const std::byte> bytes) : rest_(bytes) {}
  bool has(std::size_t count) const { return rest_.size() >= count; }
  template <class T>
  T take() {
    T value;
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    return value;
  }
  std::span<const std::byte> take_bytes(std::size_t count) {
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::span<const std::byte> rest_;
};

std::uint8_t number_of(RecordKind kind) { return static_cast<std::uint8_t>(kind); }

std::size_t padded(std::size_t length, std::size_t multiple) { return (length + multiple - 1) / multiple * multiple; }

std::optional<Record> take_record(Input& input) {
  if (!input.has(kEntry)) return std::nullopt;
  Record record;
  const auto kind = input.take<std::uint8_t>();
  const auto key_length = input.take<std::uint8_t>();
  input.take<std::uint16_t>();
  record.size = input.take<std::uint32_t>();
  record.written_at = from_micros(input.take<std::int64_t>());
  input.take<std::uint64_t>();
  const auto digest = input.take_bytes(record.sha256.bytes.size());
  std::memcpy(record.sha256.bytes.data(), digest.data(), digest.size());
  const std::size_t key_room = padded(key_length, 8);
  if (!input.has(key_room)) return std::nullopt;
  const auto key = input.take_bytes(key_room).first(key_length);
  record.key.assign(reinterpret_cast<const char*>(key.data()), key.size());
  if (kind != number_of(RecordKind::Blob) && kind != number_of(RecordKind::Tombstone)) return {};
  record.kind = static_cast<RecordKind>(kind);
  const std::size_t largest = record.kind == RecordKind::Blob ? kLargestSmallBlob : 0;
  if (record.size > largest || !Key::parse(record.key)) return std::nullopt;
  return record;
}

}  // namespace

std::uint64_t frame_length(std::uint64_t head_length, std::uint64_t payload_length) {
  return (head_length + payload_length + kBlock - 1) / kBlock * kBlock;
}

std::vector<std::byte> encode_head(const Life& life, std::uint32_t number, std::span<const Record> records) {
  Output out;
  out.bytes().reserve(kFixedHead + records.size() * (kEntry + 40));
  std::uint64_t payload = 0;
  out.put(kMagic);
  out.put(std::uint32_t{0});  // checksum
  out.put_bytes(life.id);
  out.put(life.sequence);
  out.put(std::uint64_t{0});  // frame length
  out.put(std::uint32_t{0});  // head length
  out.put(static_cast<std::uint32_t>(records.size()));
  out.put(number);
  out.pad_to(kFixedHead);
  for (const Record& record : records) {
    out.put(number_of(record.kind));
    out.put(static_cast<std::uint8_t>(record.key.size()));
    out.put(std::uint16_t{0});
    out.put(record.size);
    out.put(to_micros(record.written_at));
    out.put(std::uint64_t{0});
    out.put_bytes(record.sha256.bytes);
    out.put_bytes(std::as_bytes(std::span(record.key)));
    out.pad_to(8);
    payload += record.size;
  }
  out.overwrite(32, frame_length(out.bytes().size(), payload));
  out.overwrite(40, static_cast<std::uint32_t>(out.bytes().size()));
  out.overwrite(4, crc32c(std::span(out.bytes()).subspan(kChecksumStart)));
  return std::move(out.bytes());
}

std::optional<FrameHead> parse_fixed_head(std::span<const std::byte> bytes) {
  if (bytes.size() < kFixedHead) return std::nullopt;
  Input input(bytes);
  if (input.take<std::uint32_t>() != kMagic) return std::nullopt;
  FrameHead head;
  head.checksum = input.take<std::uint32_t>();
  const auto id = input.take_bytes(head.life.id.size());
  std::memcpy(head.life.id.data(), id.data(), id.size());
  head.life.sequence = input.take<std::uint64_t>();
  head.frame_length = input.take<std::uint64_t>();
  head.head_length = input.take<std::uint32_t>();
  head.record_count = input.take<std::uint32_t>();
  head.number = input.take<std::uint32_t>();
  constexpr std::uint64_t kLargestFrame = kLargestHead + std::uint64_t{kMostRecords} * kLargestSmallBlob + kBlock;
  const bool is_sound = head.record_count >= 1 && head.record_count <= kMostRecords && head.head_length >= kFixedHead &&
                        head.head_length <= kLargestHead && head.frame_length % kBlock == 0 &&
                        head.frame_length <= kLargestFrame && head.frame_length >= head.head_length;
  if (!is_sound) return std::nullopt;
  return head;
}

std::optional<std::vector<Record>> parse_records(const FrameHead& head, std::span<const std::byte> bytes) {
  if (bytes.size() != head.head_length || crc32c(bytes.subspan(kChecksumStart)) != head.checksum) return std::nullopt;
  Input input(bytes.subspan(kFixedHead));
  std::vector<Record> records;
  records.reserve(head.record_count);
  std::uint64_t payload = 0;
  for (std::uint32_t i = 0; i < head.record_count; ++i) {
    auto record = take_record(input);
    if (!record) return std::nullopt;
    payload += record->size;
    records.push_back(*std::move(record));
  }
  if (input.left() != 0 || frame_length(head.head_length, payload) != head.frame_length) return std::nullopt;
  return records;
}

}  // namespace holdall::blob::local
