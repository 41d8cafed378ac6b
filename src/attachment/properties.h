#pragma once
// What a client says about a file besides its bytes: the record it belongs to, metadata, tags, expiry. One set of rules
// for form fields, query parameters and PATCH.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/rows.h"

namespace holdall::attachment {

inline constexpr std::size_t kMaxMetadataBytes = 16 * 1024;  ///< a page of JSON; larger things are files
inline constexpr std::size_t kMaxMetadataDepth = 8;
inline constexpr std::size_t kMaxTags = 50;
inline constexpr std::size_t kMaxTagBytes = 64;

/// Checked properties, the same for every file of a request.
struct Properties {
  std::optional<std::int64_t> task_id;
  std::optional<catalog::RecordLink> record;
  std::string metadata = "{}";
  std::vector<std::string> tags;
  std::optional<Timestamp> expires_at;
};

/// Properties as text, as forms and queries carry them. Absent: not said.
struct PropertyTexts {
  std::optional<std::string> task_id{};
  std::optional<std::string> record_type{}, record_id{}, role{}, position{};
  std::optional<std::string> metadata{};
  std::vector<std::string> tags{};  ///< each "a", "a,b" or ["a","b"]
  std::optional<std::string> expires_at{};
};

/// All of it checked; Unprocessable "property-invalid" (detail `property`) names the first that is wrong.
Result<Properties> check_properties(const PropertyTexts& texts, Timestamp now);

/// Unprocessable "property-invalid" about one property.
Error property_error(std::string_view property, std::string rule);

/// 1 to 64 of [A-Za-z0-9_.:-] for type and role (role may be empty), 1 to 255 bytes of UTF-8 for the id.
Result<catalog::RecordLink> check_record(catalog::RecordLink link);

/// A JSON object within the bounds above, written in its shortest form.
Result<std::string> check_metadata(std::string_view json);

/// The text of a JSON value; refused when a number in it is too large for a double and so could not be written again.
Result<std::string> write_metadata(const boost::json::value& metadata);

/// RFC 7396: `patch` applied to `metadata`, both objects; members set to null go.
Result<std::string> merge_metadata(std::string_view metadata, std::string_view patch);

/// Sorted, each once, at most 50; none empty, over 64 bytes, or with control characters or commas.
Result<std::vector<std::string>> check_tags(std::span<const std::string> tags);

/// A moment to come.
Result<Timestamp> check_expiry(std::string_view text, Timestamp now);

}  // namespace holdall::attachment
