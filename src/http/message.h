#pragma once
// A request as a handler sees it and the response it gives back. The session (session.h) makes one and sends the other.
#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/context.h"
#include "http/fields.h"
#include "io/byte_source.h"
#include "io/task.h"

namespace holdall::http {

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };

std::string_view name_of(Method method);

/// One decoded `name=value` of the query, in the order given.
struct QueryParameter {
  std::string name;
  std::string value;
};

/// A named piece of the path that matched `{name}` in the route's pattern.
struct PathParameter {
  std::string_view name;  ///< points into the route table
  std::string value;
};

/// Lives from the head's last byte until the response has been sent; belongs to the connection's thread.
///
/// The body is not read before the handler reads it: a handler judges token, quota and declared size first, and its
/// first `body->next()` is what sends `100 Continue` to a client that waits for it. A body the handler left unread is
/// drained for a bounded time by the session, or the connection is closed.
struct Request {
  Method method = Method::Get;
  std::string target;  ///< as sent, for the log
  std::string path;    ///< percent-decoded, checked UTF-8, no dot segments
  std::vector<PathParameter> path_parameters;
  std::vector<QueryParameter> query;
  Fields fields;
  std::string peer;  ///< the client's address, without port
  Context context;   ///< request id; deadline of the work, which each piece of the body puts off; stop when cut
  std::string_view operation;  ///< of the route that matched, for logs and metrics; points into the route table
  std::any caller;             ///< what the router's gate found out about the caller, for the handler

  std::optional<std::uint64_t> content_length;  ///< absent: no body, or chunked
  bool has_body = false;
  io::ByteSource* body = nullptr;  ///< never null; at its end at once when there is no body

  std::optional<std::string_view> query_value(std::string_view name) const;  ///< the first of that name
  /// The same as a whole number; for a parameter that its route declares as one, so that the router has judged it.
  std::optional<std::int64_t> query_number(std::string_view name) const;
  std::string_view path_value(std::string_view name) const;  ///< a programmer error when not in the pattern
};

/// What a response carries: nothing, a text made beforehand, or a stream of known or unknown length.
struct StreamBody {
  std::unique_ptr<io::ByteSource> source;
  std::optional<std::uint64_t> length;  ///< absent: sent chunked (or until close to HTTP/1.0)
};
using Body = std::variant<std::monostate, std::string, StreamBody>;

struct Response {
  int status = 200;
  Fields fields;  ///< without Content-Length, Date, Connection, X-Request-Id, X-Content-Type-Options: the session's own
  Body body;
  bool close = false;  ///< the connection ends after this response

  static Response text(int status, std::string_view content_type, std::string body);
  static Response empty(int status);
};

}  // namespace holdall::http
