#pragma once
// Blocking steps over a store, for tests: what a coroutine would do, one call each. Every step takes a Store of any
// kind; expectations about the outcome stay in the test.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "blob/store.h"

namespace holdall::blob::testing {

Key key_of(std::string_view text);  ///< throws where it is not a key

/// Bytes that look random and depend on size and seed only.
std::vector<std::byte> sample_bytes(std::size_t size, std::uint32_t seed = 1);

struct PutOptions {
  std::size_t piece = 64 * 1024;  ///< the size of each write
  std::optional<std::uint64_t> expected_size;
};

Result<std::unique_ptr<Writer>> create(Store& store, std::string_view key,
                                       std::optional<std::uint64_t> expected_size = std::nullopt);
Result<void> write(Writer& writer, std::span<const std::byte> bytes, std::size_t piece = 64 * 1024);
Result<Written> commit(Writer& writer);
Result<Written> put(Store& store, std::string_view key, std::span<const std::byte> bytes, PutOptions options = {});

Result<std::unique_ptr<Reader>> open(Store& store, std::string_view key, std::optional<ByteRange> range = std::nullopt);
Result<std::vector<std::byte>> read_all(Reader& reader);
Result<std::vector<std::byte>> get(Store& store, std::string_view key, std::optional<ByteRange> range = std::nullopt);

Result<Stat> stat(Store& store, std::string_view key);
Result<void> remove(Store& store, std::string_view key);
Result<ListPage> list(Store& store, std::string prefix, std::string cursor, std::size_t limit);

/// All keys below a prefix, fetched in pages of `limit`.
Result<std::vector<std::string>> list_all(Store& store, std::string prefix, std::size_t limit = kLargestPage);

/// The error kind of an outcome, for `EXPECT_EQ(kind_of(...), ErrorKind::Conflict)`; nothing for success.
template <class T>
std::optional<ErrorKind> kind_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().kind);
}

}  // namespace holdall::blob::testing
