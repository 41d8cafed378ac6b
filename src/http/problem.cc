#include "http/problem.h"

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::http {
namespace {

namespace json = boost::json;

constexpr std::string_view kRetrySoon = "1";   ///< seconds; a queue that is full now is not full for long
constexpr std::string_view kRetryLater = "5";  ///< a back end that is down takes longer

// "PreconditionFailed" -> "precondition-failed"
std::string kebab_case(std::string_view camel_case) {
  std::string kebab;
  for (const char c : camel_case) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !kebab.empty()) kebab += '-';
    kebab += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return kebab;
}

int status_of_kind(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound: return 404;
    case ErrorKind::Gone: return 410;
    case ErrorKind::Conflict: return 409;
    case ErrorKind::PreconditionFailed: return 412;
    case ErrorKind::Locked: return 423;
    case ErrorKind::InvalidArgument: return 400;
    case ErrorKind::Unprocessable: return 422;
    case ErrorKind::Unauthenticated: return 401;
    case ErrorKind::Forbidden: return 403;
    case ErrorKind::MethodNotAllowed: return 405;
    case ErrorKind::TooLarge: return 413;
    case ErrorKind::Unsupported: return 415;
    case ErrorKind::RangeInvalid: return 416;
    case ErrorKind::QuotaExceeded: return 507;
    case ErrorKind::Overloaded: return 503;
    case ErrorKind::Timeout: return 504;
    case ErrorKind::Unavailable: return 503;
    case ErrorKind::Cancelled: return 503;
    case ErrorKind::Corrupt: return 500;
    case ErrorKind::NoSpace: return 507;
    case ErrorKind::Internal: return 500;
  }
  return 500;
}

// RFC 9110 section 15.5.6: a 405 says what is possible instead.
void add_allow(const Error& error, Response& response) {
  for (const auto& [name, value] : error.details) {
    const auto* methods = std::get_if<std::vector<std::string>>(&value);
    if (name != "allow" || methods == nullptr) continue;
    std::string list;
    for (const std::string& method : *methods)
      list += (list.empty() ? "" : ", ") + method;
    response.fields.add("Allow", list);
  }
}

json::value to_json(const ErrorDetail& detail) {
  return std::visit([](const auto& value) { return json::value_from(value); }, detail);
}

// A message may quote what the client sent; the document must be UTF-8 whatever that was.
std::string as_utf8(std::string_view text) {
  std::string safe(text);
  if (is_utf8(safe)) return safe;
  for (char& c : safe) {
    if ((static_cast<unsigned char>(c) & 0x80) != 0) c = '?';
  }
  return safe;
}

struct Problem {
  int status;
  std::string_view code;
  std::string_view message;
  std::string_view request_id;
};

json::object document(const Problem& problem) {
  return {{"type", "urn:holdall:problem:" + std::string(problem.code)},
          {"title", reason_of(problem.status)},
          {"status", problem.status},
          {"detail", as_utf8(problem.message)},
          {"request_id", problem.request_id}};
}

}  // namespace

int status_of(const Error& error) {
  const bool is_own_cap = error.code == "too-many-connections" || error.code == "too-many-requests";
  if (error.kind == ErrorKind::Overloaded && is_own_cap) return 429;
  return status_of_kind(error.kind);
}

Response problem_response(const Error& error, std::string_view request_id) {
  const int status = status_of(error);
  const std::string code = error.code.empty() ? kebab_case(name_of(error.kind)) : error.code;
  json::object body = document({status, code, error.message, request_id});
  // The standard members come first and are not overwritten by a detail of the same name.
  for (const auto& [name, value] : error.details)
    body.emplace(name, to_json(value));

  Response response = Response::text(status, "application/problem+json", json::serialize(body));
  if (error.kind == ErrorKind::Unauthenticated) response.fields.add("WWW-Authenticate", "Bearer");
  if (error.kind == ErrorKind::MethodNotAllowed) add_allow(error, response);
  if (error.kind == ErrorKind::Overloaded) response.fields.add("Retry-After", kRetrySoon);
  if (error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Cancelled) {
    response.fields.add("Retry-After", kRetryLater);
  }
  return response;
}

Response problem_response(const RefusalText& refusal, std::string_view request_id) {
  const json::object body = document({refusal.status, refusal.code, refusal.message, request_id});
  return Response::text(refusal.status, "application/problem+json", json::serialize(body));
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 460: return "Checksum Mismatch";  // tus 1.0.0, checksum extension
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace holdall::http
