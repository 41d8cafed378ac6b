#pragma once
// The name a client gives a file: kept as it is shown, never used as a path.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdall::attachment {

/// Takes the last segment of a path (either slash), trims spaces at both ends, and refuses (InvalidArgument,
/// "filename-invalid") what is empty, over 255 bytes, not UTF-8, "." or "..", or holds control characters or
/// characters that turn the reading direction (U+202A-202E, U+2066-2069), by which "gpj.exe" is made to look harmless.
Result<std::string> clean_filename(std::string_view name);

/// The dotted segments behind the first, lower-cased, each with its dot: "Report.tar.GZ" -> {".tar", ".gz"}. A name
/// that begins with a dot (".htaccess") is all extension: {".htaccess"}. Trailing dots and spaces do not hide a
/// segment.
std::vector<std::string> extensions_of(std::string_view filename);

}  // namespace holdall::attachment
