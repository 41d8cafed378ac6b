#include "blob/testing/store_access.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>

#include "io/sync_wait.h"

namespace holdall::blob::testing {
namespace {

const Context kContext{.request_id = "test", .deadline = Deadline::max(), .stop = {}};

io::Task<Result<void>> write_pieces(Writer& writer, std::span<const std::byte> bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const auto next = bytes.first(std::min(piece, bytes.size()));
    HOLDALL_CO_TRY_VOID(co_await writer.write(next));
    bytes = bytes.subspan(next.size());
  }
  co_return Result<void>();
}

io::Task<Result<std::vector<std::byte>>> read_pieces(Reader& reader) {
  std::vector<std::byte> all;
  while (true) {
    const auto before = reader.remaining();
    HOLDALL_CO_TRY(const auto piece, co_await reader.next());
    if (piece.empty()) co_return all;
    if (piece.size() > io::ByteSource::kLargestPiece) co_return fail(internal_error("a piece is too large"));
    if (reader.remaining() != *before - piece.size()) co_return fail(internal_error("remaining() is wrong"));
    all.insert(all.end(), piece.begin(), piece.end());
  }
}

}  // namespace

Key key_of(std::string_view text) {
  auto key = Key::parse(text);
  if (!key) throw std::invalid_argument("not a key: " + std::string(text));
  return *std::move(key);
}

std::vector<std::byte> sample_bytes(std::size_t size, std::uint32_t seed) {
  std::mt19937 generator(seed + static_cast<std::uint32_t>(size));
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(generator() & 0xff);
  return bytes;
}

Result<std::unique_ptr<Writer>> create(Store& store, std::string_view key, std::optional<std::uint64_t> expected_size) {
  return io::sync_wait(store.create(key_of(key), WriteOptions{expected_size}, kContext));
}

Result<void> write(Writer& writer, std::span<const std::byte> bytes, std::size_t piece) {
  return io::sync_wait(write_pieces(writer, bytes, piece));
}

Result<Written> commit(Writer& writer) { return io::sync_wait(writer.commit()); }

Result<Written> put(Store& store, std::string_view key, std::span<const std::byte> bytes, PutOptions options) {
  HOLDALL_TRY(const auto writer, create(store, key, options.expected_size));
  HOLDALL_TRY_VOID(write(*writer, bytes, options.piece));
  return commit(*writer);
}

Result<std::unique_ptr<Reader>> open(Store& store, std::string_view key, std::optional<ByteRange> range) {
  return io::sync_wait(store.open(key_of(key), range, kContext));
}

Result<std::vector<std::byte>> read_all(Reader& reader) { return io::sync_wait(read_pieces(reader)); }

Result<std::vector<std::byte>> get(Store& store, std::string_view key, std::optional<ByteRange> range) {
  HOLDALL_TRY(const auto reader, open(store, key, range));
  return read_all(*reader);
}

Result<Stat> stat(Store& store, std::string_view key) { return io::sync_wait(store.stat(key_of(key), kContext)); }
Result<void> remove(Store& store, std::string_view key) { return io::sync_wait(store.remove(key_of(key), kContext)); }

Result<ListPage> list(Store& store, std::string prefix, std::string cursor, std::size_t limit) {
  return io::sync_wait(store.list(std::move(prefix), std::move(cursor), limit, kContext));
}

Result<std::vector<std::string>> list_all(Store& store, std::string prefix, std::size_t limit) {
  std::vector<std::string> keys;
  std::string cursor;
  do {
    HOLDALL_TRY(ListPage page, list(store, prefix, std::move(cursor), limit));
    for (const ListedBlob& blob : page.blobs)
      keys.push_back(blob.key.text());
    cursor = std::move(page.next);
  } while (!cursor.empty());
  return keys;
}

}  // namespace holdall::blob::testing
