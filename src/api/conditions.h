#pragma once
// The conditions of a request (RFC 9110 section 13.1) as http/conditional.h wants them.
#include <string>

#include "http/conditional.h"
#include "http/fields.h"

namespace holdall::api {

/// Holds what was joined: lives as long as what of() has answered.
struct Conditions {
  std::string if_match, if_none_match;  // joined: several lines are one list

  http::ConditionalFields of(const http::Fields& fields) {
    http::ConditionalFields conditions;
    if (fields.has("If-Match")) conditions.if_match = if_match = fields.joined("If-Match");
    if (fields.has("If-None-Match")) conditions.if_none_match = if_none_match = fields.joined("If-None-Match");
    conditions.if_modified_since = fields.find("If-Modified-Since");
    conditions.if_unmodified_since = fields.find("If-Unmodified-Since");
    conditions.if_range = fields.find("If-Range");
    return conditions;
  }
};

}  // namespace holdall::api
