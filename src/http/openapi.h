#pragma once
// /openapi.json: what the route table says, for programs (OpenAPI 3.1.0).
#include <map>
#include <span>
#include <string>

#include "http/route.h"

namespace holdall::http {

struct ApiDescription {
  std::string title;
  std::string version;
  std::string description = {};
};

/// `schemas` holds JSON Schema texts (2020-12) by name. A name that a route uses and nobody gives, or a text that is no
/// JSON, is a programmer's error: std::logic_error. "Problem" is added where it is missing.
std::string openapi_document(const ApiDescription& api, std::span<const Route> routes,
                             const std::map<std::string, std::string>& schemas);

}  // namespace holdall::http
