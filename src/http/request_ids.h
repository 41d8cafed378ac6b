#pragma once
// Names of requests, for logs and for people who report a problem.
#include <cstdint>
#include <string>
#include <string_view>

namespace holdall::http {

/// Unique for all practical purposes (62 random bits), not secret. Belongs to one thread.
class RequestIds {
 public:
  RequestIds();
  /// Twelve characters of [0-9a-z]: short enough to cost no allocation.
  void assign_next(std::string& id);

 private:
  std::uint64_t state_;
};

/// What a client may choose as id of its request: [A-Za-z0-9._-]{1,64}.
bool is_request_id(std::string_view text);

}  // namespace holdall::http
