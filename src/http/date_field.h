#pragma once
// The Date of responses, made once a second instead of once a request.
#include <ctime>
#include <string>
#include <string_view>

namespace holdall::http {

/// Belongs to one thread.
class DateField {
 public:
  /// The view lives until the next call.
  std::string_view now();

 private:
  std::time_t second_ = 0;
  std::string text_;
};

}  // namespace holdall::http
