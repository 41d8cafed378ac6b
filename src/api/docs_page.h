#pragma once
// /docs: a page over /openapi.json for people; a script of its own, no code from elsewhere.
#include <vector>

#include "http/route.h"

namespace holdall::api {

std::vector<http::Route> docs_routes();

}  // namespace holdall::api
