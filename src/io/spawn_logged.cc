#include "io/spawn_logged.h"

namespace holdall::io {

void log_escaped(spdlog::logger& logger, const std::string& name, const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& escaped) {
    logger.error("{} ended with an exception: {}", name, escaped.what());
  } catch (...) {
    logger.error("{} ended with an exception of unknown type", name);
  }
}

}  // namespace holdall::io
