#include "blob/local/journal/segment_reader.h"

#include <cerrno>

#include <unistd.h>

namespace holdall::blob::local {
namespace {

// Shorter than asked for only at the end of the file.
Result<std::vector<std::byte>> read_at(const Segment& segment, std::uint64_t offset, std::size_t length) {
  std::vector<std::byte> bytes(length);
  std::size_t done = 0;
  while (done < length) {
    const ssize_t count =
        ::pread(segment.file(), bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return fail(Medium::read_error(errno, "read journal/" + std::to_string(segment.number())));
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

Result<SegmentContents> read_segment(const Segment& segment) {
  SegmentContents contents;
  std::uint64_t offset = 0;
  for (std::uint32_t number = 0;; ++number) {
    HOLDALL_TRY(const auto fixed, read_at(segment, offset, kFixedHead));
    const auto head = parse_fixed_head(fixed);
    if (!head || head->number != number) break;
    if (number > 0 && head->life != contents.life) break;
    if (head->frame_length > segment.capacity() - offset) break;
    HOLDALL_TRY(const auto bytes, read_at(segment, offset, head->head_length));
    auto records = parse_records(*head, bytes);
    if (!records) break;
    contents.life = head->life;
    std::uint64_t payload = offset + head->head_length;
    for (Record& record : *records) {
      const std::uint32_t size = record.size;
      contents.records.push_back({std::move(record), payload});
      payload += size;
    }
    offset += head->frame_length;
  }
  return contents;
}

Result<std::vector<std::byte>> read_payload(const Segment& segment, const StoredRecord& stored) {
  return read_at(segment, stored.payload_offset, stored.record.size);
}

}  // namespace holdall::blob::local
