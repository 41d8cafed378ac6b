#include "blob/testing/memory_store.h"

#include <algorithm>

#include "blob/errors.h"

namespace holdall::blob::testing {
namespace {

using Bytes = std::vector<std::byte>;

struct StoredBlob {
  std::shared_ptr<const Bytes> bytes;
  Stat stat;
};

}  // namespace

struct MemoryStore::State {
  mutable std::mutex mutex;
  std::map<std::string, StoredBlob> blobs;
  Health health;
  std::uint64_t calls_until_failure = 0;
  ErrorKind failure = ErrorKind::Internal;
  bool failed = false;

  // Called at the start of every call, with the lock held.
  Result<void> count_call() {
    if (calls_until_failure == 0 || --calls_until_failure > 0) return {};
    failed = true;
    return fail(failure, {}, "The store was told to fail.");
  }
};

class MemoryStore::MemoryWriter final : public Writer {
 public:
  MemoryWriter(std::shared_ptr<State> state, Key key) : state_(std::move(state)), key_(std::move(key)) {}

  io::Task<Result<void>> write(std::span<const std::byte> bytes) override {
    std::lock_guard lock(state_->mutex);
    if (spent_) co_return fail(writer_spent());
    spent_ = true;
    HOLDALL_CO_TRY_VOID(state_->count_call());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    spent_ = false;
    co_return Result<void>();
  }

  io::Task<Result<Written>> commit() override {
    std::lock_guard lock(state_->mutex);
    if (spent_) co_return fail(writer_spent());
    spent_ = true;
    HOLDALL_CO_TRY_VOID(state_->count_call());
    const Written written{bytes_.size(), sha256(bytes_)};
    const Stat stat{bytes_.size(), system_clock().now()};
    auto blob = std::make_shared<const Bytes>(std::move(bytes_));
    if (!state_->blobs.try_emplace(key_.text(), StoredBlob{std::move(blob), stat}).second) {
      co_return fail(blob_exists(key_));
    }
    co_return written;
  }

 private:
  std::shared_ptr<State> state_;
  Key key_;
  Bytes bytes_;
  bool spent_ = false;
};

class MemoryStore::MemoryReader final : public Reader {
 public:
  MemoryReader(std::shared_ptr<State> state, std::shared_ptr<const Bytes> bytes, ByteRange range)
      : state_(std::move(state)),
        bytes_(std::move(bytes)),
        rest_(std::span(*bytes_).subspan(range.offset, range.length)) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    std::lock_guard lock(state_->mutex);
    HOLDALL_CO_TRY_VOID(state_->count_call());
    const auto piece = rest_.first(std::min(rest_.size(), kLargestPiece));
    rest_ = rest_.subspan(piece.size());
    co_return piece;
  }

  std::optional<std::uint64_t> remaining() const override { return rest_.size(); }
  std::uint64_t size() const override { return bytes_->size(); }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<const Bytes> bytes_;
  std::span<const std::byte> rest_;
};

MemoryStore::MemoryStore() : state_(std::make_shared<State>()) {}
MemoryStore::~MemoryStore() = default;

io::Task<Result<std::unique_ptr<Writer>>> MemoryStore::create(Key key, WriteOptions, const Context&) {
  std::lock_guard lock(state_->mutex);
  HOLDALL_CO_TRY_VOID(state_->count_call());
  co_return std::make_unique<MemoryWriter>(state_, std::move(key));
}

io::Task<Result<std::unique_ptr<Reader>>> MemoryStore::open(Key key, std::optional<ByteRange> range, const Context&) {
  std::lock_guard lock(state_->mutex);
  HOLDALL_CO_TRY_VOID(state_->count_call());
  const auto found = state_->blobs.find(key.text());
  if (found == state_->blobs.end()) co_return fail(no_such_blob(key));
  const std::uint64_t size = found->second.stat.size;
  const ByteRange wanted = range.value_or(ByteRange{0, size});
  if (wanted.offset > size || wanted.length > size - wanted.offset) co_return fail(range_beyond_end(key, size));
  co_return std::make_unique<MemoryReader>(state_, found->second.bytes, wanted);
}

io::Task<Result<Stat>> MemoryStore::stat(Key key, const Context&) {
  std::lock_guard lock(state_->mutex);
  HOLDALL_CO_TRY_VOID(state_->count_call());
  const auto found = state_->blobs.find(key.text());
  if (found == state_->blobs.end()) co_return fail(no_such_blob(key));
  co_return found->second.stat;
}

io::Task<Result<void>> MemoryStore::remove(Key key, const Context&) {
  std::lock_guard lock(state_->mutex);
  HOLDALL_CO_TRY_VOID(state_->count_call());
  state_->blobs.erase(key.text());
  co_return Result<void>();
}

io::Task<Result<ListPage>> MemoryStore::list(std::string prefix, std::string cursor, std::size_t limit,
                                             const Context&) {
  std::lock_guard lock(state_->mutex);
  HOLDALL_CO_TRY_VOID(state_->count_call());
  if (limit < 1 || limit > kLargestPage) co_return fail(invalid_page("limit " + std::to_string(limit)));
  ListPage page;
  auto at = cursor < prefix ? state_->blobs.lower_bound(prefix) : state_->blobs.upper_bound(cursor);
  for (; at != state_->blobs.end() && at->first.starts_with(prefix); ++at) {
    if (page.blobs.size() == limit) {
      page.next = page.blobs.back().key.text();
      break;
    }
    page.blobs.push_back({*Key::parse(at->first), at->second.stat});
  }
  co_return page;
}

Health MemoryStore::health() const {
  std::lock_guard lock(state_->mutex);
  return state_->health;
}

void MemoryStore::fail_call(std::uint64_t n, ErrorKind kind) {
  std::lock_guard lock(state_->mutex);
  state_->calls_until_failure = n;
  state_->failure = kind;
  state_->failed = false;
}

bool MemoryStore::has_failed() const {
  std::lock_guard lock(state_->mutex);
  return state_->failed;
}

void MemoryStore::set_health(Health health) {
  std::lock_guard lock(state_->mutex);
  state_->health = std::move(health);
}

std::size_t MemoryStore::blob_count() const {
  std::lock_guard lock(state_->mutex);
  return state_->blobs.size();
}

}  // namespace holdall::blob::testing
