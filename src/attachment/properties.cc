#include "attachment/properties.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

namespace json = boost::json;

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == ':' || c == '-';
  });
}

Result<std::int64_t> parse_integer(std::string_view property, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return fail(property_error(property, "must be a whole number"));
  return value;
}

Result<void> check_metadata_size(std::string_view text) {
  if (text.size() <= kMaxMetadataBytes) return {};
  return fail(property_error("metadata", "must be at most 16 KiB of JSON"));
}

Result<json::object> parse_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxMetadataDepth;
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error == json::error::too_deep) return fail(property_error("metadata", "must not nest deeper than 8 levels"));
  if (error || !value.is_object()) return fail(property_error("metadata", "must be a JSON object"));
  return std::move(value).as_object();
}

// "1e400" and "0e400" are numbers by JSON's grammar and none by any reader's: they would be written as Infinity and
// NaN.
bool has_finite_numbers(const json::value& value) {
  if (value.is_double()) return std::isfinite(value.get_double());
  if (value.is_array()) return std::ranges::all_of(value.get_array(), has_finite_numbers);
  if (value.is_object())
    return std::ranges::all_of(value.get_object(),
                               [](const auto& member) { return has_finite_numbers(member.value()); });
  return true;
}

void merge_into(json::object& target, const json::object& patch) {
  for (const auto& [name, value] : patch) {
    if (value.is_null()) {
      target.erase(name);
    } else if (value.is_object()) {
      json::value& member = target[name];
      if (!member.is_object()) member.emplace_object();
      merge_into(member.as_object(), value.as_object());
    } else {
      target[name] = value;
    }
  }
}

/// Tags as they come, each once; ends at the first that is wrong or one too many, however long the list is.
class TagSet {
 public:
  Result<void> add(std::string_view tag) {
    if (tag.empty() || tag.size() > kMaxTagBytes || !is_utf8(tag) || has_control(tag) || tag.contains(','))
      return fail(property_error("tags", "must each be 1 to 64 bytes of UTF-8 without commas or control characters"));
    if (tags_.contains(tag)) return {};
    if (tags_.size() == kMaxTags) return fail(property_error("tags", "must be at most 50"));
    tags_.emplace(tag);
    return {};
  }

  std::vector<std::string> sorted() const { return {tags_.begin(), tags_.end()}; }

 private:
  std::set<std::string, std::less<>> tags_;
};

Result<void> add_tags(TagSet& tags, std::string_view text) {
  if (text.starts_with('[')) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_array()) return fail(property_error("tags", "must be a JSON array of texts"));
    for (const json::value& tag : value.as_array()) {
      if (!tag.is_string()) return fail(property_error("tags", "must be a JSON array of texts"));
      HOLDALL_TRY_VOID(tags.add(tag.as_string()));
    }
    return {};
  }
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view tag = trim(text.substr(0, comma));
    if (!tag.empty()) HOLDALL_TRY_VOID(tags.add(tag));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return {};
}

Result<std::optional<catalog::RecordLink>> record_of(const PropertyTexts& texts) {
  if (!texts.record_type && !texts.record_id) {
    if (texts.role || texts.position)
      return fail(property_error(texts.role ? "role" : "position", "goes with record_type and record_id"));
    return std::nullopt;
  }
  if (!texts.record_type || !texts.record_id)
    return fail(property_error(texts.record_type ? "record_id" : "record_type",
                               "is missing: a record is named by record_type and record_id together"));
  catalog::RecordLink link{*texts.record_type, *texts.record_id, texts.role.value_or(""), 0};
  if (texts.position) {
    HOLDALL_TRY(link.position, parse_integer("position", *texts.position));
  }
  HOLDALL_TRY(link, check_record(std::move(link)));
  return link;
}

}  // namespace

Error property_error(std::string_view property, std::string rule) {
  return make_error(ErrorKind::Unprocessable, "property-invalid", std::string(property) + " " + std::move(rule) + ".")
      .with("property", std::string(property));
}

Result<catalog::RecordLink> check_record(catalog::RecordLink link) {
  if (!is_name(link.type)) return fail(property_error("record_type", "must be 1 to 64 of A-Z a-z 0-9 _ . : -"));
  if (link.id.empty() || link.id.size() > 255 || !is_utf8(link.id) || has_control(link.id))
    return fail(property_error("record_id", "must be 1 to 255 bytes of UTF-8 without control characters"));
  if (!link.role.empty() && !is_name(link.role))
    return fail(property_error("role", "must be 1 to 64 of A-Z a-z 0-9 _ . : -"));
  return link;
}

Result<std::string> check_metadata(std::string_view text) {
  HOLDALL_TRY_VOID(check_metadata_size(text));
  HOLDALL_TRY(json::object object, parse_object(text));
  HOLDALL_TRY(std::string written, write_metadata(std::move(object)));
  HOLDALL_TRY_VOID(check_metadata_size(written));  // numbers may grow: 1e5 is written as 1E5, 0.1e1 as 1E0
  return written;
}

Result<std::string> write_metadata(const json::value& metadata) {
  if (!has_finite_numbers(metadata))
    return fail(property_error("metadata", "must not hold numbers beyond 1.7e308, such as 1e400"));
  return json::serialize(metadata);
}

Result<std::string> merge_metadata(std::string_view metadata, std::string_view patch) {
  HOLDALL_TRY(json::object target, parse_object(metadata));
  HOLDALL_TRY_VOID(check_metadata_size(patch));
  HOLDALL_TRY(const json::object changes, parse_object(patch));
  merge_into(target, changes);
  HOLDALL_TRY(const std::string merged, write_metadata(std::move(target)));
  return check_metadata(merged);  // the sum of two small objects may be too large or too deep
}

Result<std::vector<std::string>> check_tags(std::span<const std::string> tags) {
  TagSet checked;
  for (const std::string& tag : tags) {
    HOLDALL_TRY_VOID(checked.add(tag));
  }
  return checked.sorted();
}

Result<Timestamp> check_expiry(std::string_view text, Timestamp now) {
  const std::optional<Timestamp> time = parse_rfc3339(text);
  if (!time) return fail(property_error("expires_at", "must be a time such as 2026-11-22T17:50:10Z (RFC 3339)"));
  if (*time <= now) return fail(property_error("expires_at", "must lie in the future"));
  return *time;
}

Result<Properties> check_properties(const PropertyTexts& texts, Timestamp now) {
  Properties properties;
  if (texts.task_id && !texts.task_id->empty()) {
    HOLDALL_TRY(properties.task_id, parse_integer("task_id", *texts.task_id));
  }
  HOLDALL_TRY(properties.record, record_of(texts));
  if (texts.metadata) {
    HOLDALL_TRY(properties.metadata, check_metadata(*texts.metadata));
  }
  TagSet tags;
  for (const std::string& text : texts.tags) {
    HOLDALL_TRY_VOID(add_tags(tags, text));
  }
  properties.tags = tags.sorted();
  if (texts.expires_at) {
    HOLDALL_TRY(properties.expires_at, check_expiry(*texts.expires_at, now));
  }
  return properties;
}

}  // namespace holdall::attachment
