// Bytes of a recycled segment are blobs of strangers: reading them as frames must be harmless whatever they are.
#include <cstdlib>
#include <span>

#include "blob/local/journal/crc32c.h"
#include "blob/local/journal/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdall::blob::local;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  auto head = parse_fixed_head(bytes);
  if (!head || head->head_length > bytes.size()) return 0;
  const auto whole = bytes.first(head->head_length);
  // The fuzzer cannot guess checksums: let it pass them, the fields behind are what is tested.
  head->checksum = crc32c(whole.subspan(8));
  const auto records = parse_records(*head, whole);
  if (!records) return 0;
  if (records->size() != head->record_count) std::abort();
  std::uint64_t payload = 0;
  for (const Record& record : *records)
    payload += record.size;
  if (frame_length(head->head_length, payload) != head->frame_length) std::abort();
  return 0;
}
