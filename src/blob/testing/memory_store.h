#pragma once
// A store in memory, for the tests of those who use one. Passes the same conformance suite as the real ones and can be
// told to fail: `store.fail_call(3, ErrorKind::NoSpace)` makes the third call from now answer that.
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "blob/store.h"

namespace holdall::blob::testing {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  io::Task<Result<std::unique_ptr<Writer>>> create(Key key, WriteOptions options, const Context& context) override;
  io::Task<Result<std::unique_ptr<Reader>>> open(Key key, std::optional<ByteRange> range,
                                                 const Context& context) override;
  io::Task<Result<Stat>> stat(Key key, const Context& context) override;
  io::Task<Result<void>> remove(Key key, const Context& context) override;
  io::Task<Result<ListPage>> list(std::string prefix, std::string cursor, std::size_t limit,
                                  const Context& context) override;
  Health health() const override;
  std::string_view name() const override { return "memory"; }

  /// Every call counts: those above, Writer::write and commit, Reader::next. The n-th from now (1 is the next one)
  /// fails with `kind`, once.
  void fail_call(std::uint64_t n, ErrorKind kind);
  /// The fault loop's end: false when the scenario made fewer calls than fail_call() waited for.
  bool has_failed() const;

  /// What health() says from now on.
  void set_health(Health health);
  /// The number of blobs there, for "nothing is left behind".
  std::size_t blob_count() const;

 private:
  struct State;
  class MemoryWriter;
  class MemoryReader;

  std::shared_ptr<State> state_;
};

}  // namespace holdall::blob::testing
