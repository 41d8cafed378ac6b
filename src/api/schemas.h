#pragma once
// The JSON schemas (2020-12) that the routes name.
#include <map>
#include <string>

namespace holdall::api {

/// By name, as JSON text: components/schemas of /openapi.json.
std::map<std::string, std::string> schemas();

}  // namespace holdall::api
