#include "http/cors.h"

#include <algorithm>

namespace holdall::http {
namespace {

// What a page's script may read besides the few fields that are always readable: ours, and those of tus and of ranges.
constexpr std::string_view kExposed =
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Holdall-Attachment, Location, Repr-Digest, Retry-After, "
    "Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Complete, Upload-Concat, "
    "Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Limit, Upload-Metadata, Upload-Offset, X-Request-Id";

constexpr std::string_view kMaxAge = "7200";  ///< seconds; browsers cap it there or below

}  // namespace

bool Cors::allows(std::string_view origin) const {
  return std::ranges::any_of(origins_, [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
}

void Cors::decorate(const Request& request, Response& response) const {
  if (origins_.empty()) return;
  // The answer depends on the origin even where there is none: a cache must not mix them up.
  response.fields.add("Vary", "Origin");
  const auto origin = request.fields.find("Origin");
  if (!origin || !allows(*origin)) return;
  response.fields.add("Access-Control-Allow-Origin", *origin);

  const auto method = request.fields.find("Access-Control-Request-Method");
  if (request.method != Method::Options || !method) {
    response.fields.add("Access-Control-Expose-Headers", kExposed);
    return;
  }
  response.fields.add("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (const auto wanted = request.fields.find("Access-Control-Request-Headers")) {
    response.fields.add("Access-Control-Allow-Headers", *wanted);
  }
  response.fields.add("Access-Control-Max-Age", kMaxAge);
}

}  // namespace holdall::http
