#include "catalog/detail/name_text.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace holdall::catalog::detail {
namespace {

void add_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

// The parser lets nothing in that is nested more than 32 deep, so neither is this.
void add_values(std::string& text, const boost::json::value& value) {
  if (value.is_object()) {
    for (const auto& member : value.get_object())
      add_values(text, member.value());
  } else if (value.is_array()) {
    for (const auto& element : value.get_array())
      add_values(text, element);
  } else if (value.is_string()) {
    add_line(text, value.get_string());
  } else if (value.is_number()) {
    add_line(text, boost::json::serialize(value));
  }
}

/// Nothing for what is no JSON: fsck tells of that, a search does not fail for it.
std::string metadata_text(const std::string& json) {
  std::string text;
  if (json == "{}") return text;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(json, error);
  if (!error) add_values(text, value);
  return text;
}

}  // namespace

NameText name_text(const Attachment& row) {
  NameText names{.filename = row.filename, .tags = {}, .metadata = metadata_text(row.metadata)};
  for (const std::string& tag : row.tags)
    add_line(names.tags, tag);
  return names;
}

}  // namespace holdall::catalog::detail
