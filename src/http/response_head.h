#pragma once
// The head of a response as bytes, and how its end is known to the client. No socket.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace holdall::http {

enum class BodyFraming : std::uint8_t { None, Length, Chunked, UntilClose };

/// What the session decides about a response, besides what the handler said.
struct ResponseFrame {
  BodyFraming framing = BodyFraming::None;
  std::optional<std::uint64_t> content_length;  ///< also given where no body follows (HEAD)
  bool keep_alive = true;
  bool is_old_client = false;  ///< HTTP/1.0: keep-alive must be said
  std::string_view date;
  std::string_view request_id;
};

/// How a body goes out: `method`, status and the client's version decide (RFC 9112 section 6.3).
BodyFraming choose_framing(const Response& response, Method method, int minor_version);
/// The length to announce; nothing for 204, 304 and bodies of unknown length.
std::optional<std::uint64_t> announced_length(const Response& response);

/// True when a field cannot break the head: a token as name, no control character in the value, and not one of the
/// fields the session alone writes. A handler's mistake or a client's text never becomes a line of its own.
bool has_safe_fields(const Response& response);

/// Appends the status line, the fields and the empty line. `response` has safe fields.
void append_head(std::string& out, const Response& response, const ResponseFrame& frame);

}  // namespace holdall::http
