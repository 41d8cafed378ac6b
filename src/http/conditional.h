#pragma once
// Conditional requests: preconditions judged in the order of RFC 9110 section 13.2.2, entity tags (section 8.8.3).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace holdall::http {

struct EntityTag {
  std::string opaque;  ///< what stands between the quotes
  bool weak = false;
  friend bool operator==(const EntityTag&, const EntityTag&) = default;
};

std::string to_string(const EntityTag& tag);  ///< `"abc"`, `W/"abc"`

/// Nothing for anything but exactly one entity tag.
std::optional<EntityTag> parse_etag(std::string_view text);

/// The value of If-Match or If-None-Match: "*" or tags.
struct EntityTagList {
  bool any = false;
  std::vector<EntityTag> tags;
};

/// Strict: nothing for a malformed list, a "*" among tags, or more than 256 tags. An empty list is a list.
std::optional<EntityTagList> parse_etag_list(std::string_view text);

bool matches_strongly(const EntityTag& a, const EntityTag& b);
bool matches_weakly(const EntityTag& a, const EntityTag& b);

/// The fields as they came; several lines of one name joined by ", ". Views live as long as the request.
struct ConditionalFields {
  std::optional<std::string_view> if_match = {};
  std::optional<std::string_view> if_none_match = {};
  std::optional<std::string_view> if_modified_since = {};
  std::optional<std::string_view> if_unmodified_since = {};
  std::optional<std::string_view> if_range = {};
};

/// What the server has now.
struct CurrentState {
  bool exists = true;
  std::optional<EntityTag> etag;
  std::optional<Timestamp> last_modified;  ///< compared by whole seconds, as Last-Modified shows it
  /// True only when no two representations can share a second (section 8.8.2.2); else a date in If-Range never holds.
  bool last_modified_is_strong = false;
};

enum class Purpose { Read, Write };  ///< GET and HEAD read, all other methods write

enum class Precondition { Proceed, NotModified, PreconditionFailed };

struct ConditionalOutcome {
  Precondition precondition = Precondition::Proceed;
  bool range_applies = true;  ///< false: If-Range does not hold, the Range field is to be ignored
};

/// Dates that are none are ignored, as RFC 9110 says. A malformed list of tags never lets a write through: If-Match
/// with one fails, If-None-Match with one fails a write and is ignored by a read, which then gets everything.
ConditionalOutcome judge_preconditions(Purpose purpose, const ConditionalFields& fields, const CurrentState& current);

}  // namespace holdall::http
