#pragma once
// The log: standard error, text or JSON, one line an event.
#include "app/settings.h"

namespace holdall::app {

/// Makes the process's default logger. Call once, before threads begin.
void start_logging(LogFormat format, LogLevel level);

/// `text` as a JSON string's inside: quotes, backslashes and control characters escaped, broken UTF-8 replaced.
std::string escape_json(std::string_view text);

}  // namespace holdall::app
