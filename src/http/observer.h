#pragma once
// What an HTTP server reports about itself; the program turns it into metrics.
#include <chrono>
#include <cstdint>
#include <string_view>

#include "http/message.h"

namespace holdall::http {

struct RequestReport {
  std::string_view request_id;
  std::string_view peer;
  std::string_view method;     ///< "?" where the request was refused before its method was known
  std::string_view target;     ///< as sent; hostile
  std::string_view operation;  ///< of the route; empty where none matched
  int status = 0;              ///< 0: no answer was given, the connection was cut
  std::uint64_t bytes_in = 0;  ///< of the body
  std::uint64_t bytes_out = 0;
  std::chrono::steady_clock::duration duration{};
  bool is_complete = true;  ///< false: the answer was cut off in the middle
};

/// Called on io threads, several at once; must not block. The views live for the call alone.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_connection_open() = 0;
  virtual void on_connection_close() = 0;
  virtual void on_work_begin() = 0;  ///< a handler begins; on_work_end() comes for each, whatever happens
  virtual void on_work_end() = 0;
  virtual void on_request(const RequestReport& report) = 0;
};

}  // namespace holdall::http
