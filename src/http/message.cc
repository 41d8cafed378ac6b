#include "http/message.h"

#include <charconv>
#include <stdexcept>

namespace holdall::http {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::Get: return "GET";
    case Method::Head: return "HEAD";
    case Method::Post: return "POST";
    case Method::Put: return "PUT";
    case Method::Patch: return "PATCH";
    case Method::Delete: return "DELETE";
    case Method::Options: return "OPTIONS";
  }
  return "?";
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const QueryParameter& parameter : query) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Request::query_number(std::string_view name) const {
  const auto text = query_value(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

std::string_view Request::path_value(std::string_view name) const {
  for (const PathParameter& parameter : path_parameters) {
    if (parameter.name == name) return parameter.value;
  }
  throw std::logic_error("no path parameter named " + std::string(name));
}

Response Response::text(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.fields.add("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace holdall::http
