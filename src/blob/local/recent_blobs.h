#pragma once
// What the folder does not show yet, or not rightly: keys being committed, small blobs that are durable in the journal
// but not yet files, and keys the journal still speaks of. Any thread; never blocks.
//
// The life of a key here: claim -> (release | publish) -> begin_file -> finish_file. To look a blob up: find(), then
// open its file, then find() again, then look at the file. Only what is Unknown both times is judged by the file: a
// blob may become a file between the two, and while it does the file is not whole.
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "blob/local/small_blob.h"
#include "blob/store.h"

namespace holdall::blob::local {

class RecentBlobs;

/// The right to write a key; gives it back when it is dropped.
class Claim {
 public:
  Claim(RecentBlobs& recent, std::string key) : recent_(&recent), key_(std::move(key)) {}
  ~Claim() { release(); }
  Claim(Claim&& other) noexcept : recent_(std::exchange(other.recent_, nullptr)), key_(std::move(other.key_)) {}
  Claim& operator=(Claim&& other) noexcept {
    if (this != &other) {
      release();
      recent_ = std::exchange(other.recent_, nullptr);
      key_ = std::move(other.key_);
    }
    return *this;
  }

  void release();
  /// The key was published: nothing is left to give back.
  void settle() { recent_ = nullptr; }

 private:
  RecentBlobs* recent_;
  std::string key_;
};

class RecentBlobs {
 public:
  enum class State : std::uint8_t {
    Unknown,   ///< the folder knows
    Hidden,    ///< not there, whatever the folder shows: not committed yet, or removed
    InMemory,  ///< there, and these are its bytes
  };
  struct Found {
    State state = State::Unknown;
    SharedBlob blob{};
  };

  /// Takes the key for one writer; nothing when it is taken, or the journal still speaks of it. Given back when the
  /// writer has failed, or its file stands durably in the folder.
  std::optional<Claim> claim(const std::string& key);
  /// Forgets a key that was claimed, or that finish_file() said must go.
  void release(const std::string& key);

  /// A claimed blob has become durable in the segment of that sequence.
  void publish(const std::string& key, SharedBlob blob, std::uint64_t sequence);
  /// The journal speaks of the key (a tombstone) until drop_segment(sequence).
  void note_tombstone(const std::string& key, std::uint64_t sequence);
  void drop_segment(std::uint64_t sequence);

  Found find(const std::string& key) const;
  /// Blobs in memory, as Store::list() would show them.
  std::vector<ListedBlob> list(std::string_view prefix, std::string_view cursor, std::size_t limit) const;

  /// True when a start after a crash would make the blob again, so that its removal must be written down.
  bool needs_tombstone(const std::string& key) const;
  /// Hides a blob in memory; false when there is none (then its file, if any, is the caller's to remove).
  bool hide(const std::string& key);

  /// The bytes of a blob that shall become a file; null when it was removed meanwhile, and is forgotten by this call.
  SharedBlob begin_file(const std::string& key);
  /// Its file is whole. False: it was removed meanwhile, the file must go, then release() ends it.
  bool finish_file(const std::string& key);

 private:
  enum class Stage : std::uint8_t { Claimed, Visible, Removed };
  struct Entry {
    Stage stage = Stage::Claimed;
    SharedBlob blob{};
  };

  bool is_in_journal(const std::string& key) const;

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
  /// Hashes of the keys each segment in use speaks of. A false match (1 in 2^48 and less) costs a needless Conflict of
  /// a random key or a needless tombstone.
  std::map<std::uint64_t, boost::unordered_flat_set<std::size_t>> journal_;
};

}  // namespace holdall::blob::local
