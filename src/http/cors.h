#pragma once
// Which pages of other origins may call us from a browser (Fetch standard, "CORS protocol").
#include <string>
#include <vector>

#include "http/message.h"

namespace holdall::http {

/// Immutable. With no origins configured nothing is ever added: browsers then keep other sites' pages out.
class Cors {
 public:
  /// "https://app.example.org" or "*". Credentials (cookies) are never allowed: tokens travel in a field of their own.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  /// Adds the fields for this request's origin, if it is allowed; makes the answer of a preflight out of an OPTIONS
  /// one.
  void decorate(const Request& request, Response& response) const;

 private:
  bool allows(std::string_view origin) const;

  std::vector<std::string> origins_;
};

}  // namespace holdall::http
