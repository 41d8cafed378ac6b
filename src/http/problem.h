#pragma once
// Errors as a client sees them: application/problem+json (RFC 9457). The only place that knows which status a kind is.
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "http/refusal.h"

namespace holdall::http {

/// Timeout is 504: something behind this server took too long. A client that is itself too slow is answered 408 by the
/// session, which is the only one to know. Overloaded is 503, save the caps of one client ("too-many-connections",
/// "too-many-requests"): 429. Cancelled has no status a client would see; 503 stands for it.
int status_of(const Error& error);

/// `type` is urn:holdall:problem:<code>, or the kind's name in kebab-case where the error has no code. Details become
/// members. `internal` is never looked at.
Response problem_response(const Error& error, std::string_view request_id);

/// A request refused by the protocol itself.
Response problem_response(const RefusalText& refusal, std::string_view request_id);

/// "Not Found"; "Unknown" for a status that has no standard phrase.
std::string_view reason_of(int status);

}  // namespace holdall::http
