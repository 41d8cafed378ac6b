#pragma once
// What fsck found, for a person and for a program.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::attachment {

/// Notice: worth knowing, nothing is wrong. Warning: something lies about that should not; nothing is lost. Error: a
/// promise is broken.
enum class Severity : std::uint8_t { Notice, Warning, Error };

enum class Defect : std::uint8_t {
  CatalogDamaged,  ///< the catalog's own check found something
  KeyMalformed,    ///< a row names a key no store would take
  StoreUnknown,    ///< a row names a store that is not this one; its blob was not looked at
  BlobMissing,     ///< a row without its bytes
  SizeDiffers,
  ContentDiffers,  ///< the bytes are not those that were acknowledged
  Unreadable,      ///< the store could not say
  BlobUnused,      ///< a row that no attachment points to
  YoungOrphan,     ///< bytes without a row, within grace: an upload under way, or one for gc
  OldOrphan,       ///< the same past grace: gc has not run, or could not
  UsageDiffers,    ///< a user's recorded usage is not the sum of the rows
};
inline constexpr std::size_t kDefects = 11;

Severity severity_of(Defect defect);
std::string_view name_of(Severity severity);  ///< "error"
std::string_view name_of(Defect defect);      ///< "blob-missing"

struct Finding {
  Defect defect = Defect::CatalogDamaged;
  std::string what;                     ///< one sentence for the operator
  std::optional<std::int64_t> blob_id;  ///< of the row
  std::optional<std::int64_t> user_id;  ///< whose
  std::string key;                      ///< of the blob, where there is one
  bool is_repaired = false;
};

class FsckReport {
 public:
  /// Each of `findings` up to this many; counts go on, so nothing is left out without being counted.
  static constexpr std::size_t kFindingsKept = 10'000;

  void add(Finding finding);

  const std::vector<Finding>& findings() const { return findings_; }
  std::uint64_t findings_left_out() const { return left_out_; }
  std::uint64_t count(Defect defect) const { return counts_[static_cast<std::size_t>(defect)]; }
  std::uint64_t count(Severity severity) const;
  /// No error and no warning, repaired or not: what the exit status says.
  bool is_clean() const { return count(Severity::Error) == 0 && count(Severity::Warning) == 0; }

  std::uint64_t rows_checked = 0;
  std::uint64_t bytes_read = 0;  ///< with read_data
  std::uint64_t blobs_stored = 0;
  std::uint64_t orphan_bytes = 0;

 private:
  std::vector<Finding> findings_;
  std::uint64_t left_out_ = 0;
  std::array<std::uint64_t, kDefects> counts_{};
};

/// A line for each finding, then a summary. Control characters and what is not ASCII are shown as \xNN: text from a
/// damaged catalog must not steer a terminal.
std::string to_text(const FsckReport& report);
std::string to_json(const FsckReport& report);

}  // namespace holdall::attachment
