#pragma once
// What was read from files: the text of one, and finding attachments by their words.
#include "api/guard.h"

namespace holdall::api {

inline constexpr std::int64_t kLastSearchOffset = 10'000;

/// GET /attachments/{id}/text
io::Task<Result<http::Response>> get_text(const Services& services, Call& call);
/// POST /attachments/{id}/text
io::Task<Result<http::Response>> read_text_again(const Services& services, Call& call);
/// GET /search
io::Task<Result<http::Response>> search(const Services& services, Call& call);

}  // namespace holdall::api
