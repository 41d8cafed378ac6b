#pragma once
// One line per request for the log: key=value, hostile text escaped.
#include <string>

#include <spdlog/logger.h>

#include "http/observer.h"

namespace holdall::http {

/// `request id=4f.. peer=127.0.0.1 method=GET target="/api/v1/.." operation=download status=200 in=0 out=4096 ms=0.112`
std::string access_line(const RequestReport& report);

void write_access_line(spdlog::logger& logger, const RequestReport& report);

}  // namespace holdall::http
