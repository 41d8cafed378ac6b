#pragma once
// Pictures of files: the thumbnail of the founding API, and previews in the size, shape and type a client wants.
#include <cstdint>

#include "api/guard.h"

namespace holdall::api {

inline constexpr std::uint32_t kLargestPreviewSide = 4096;
inline constexpr std::uint32_t kLastPreviewPage = 100'000;

io::Task<Result<http::Response>> thumbnail(const Services& services, Call& call);
io::Task<Result<http::Response>> preview(const Services& services, Call& call);

}  // namespace holdall::api
