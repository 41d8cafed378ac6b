#pragma once
// The one table that both dispatches requests and writes /openapi.json: what is declared is what is served.
//
// A Route is data plus a handler. The router checks what the declaration says before the handler runs: path and query
// parameters exist, are not given twice, are of their type and within their bounds; anything undeclared in the query is
// refused (a misspelt filter must not silently select everything).
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace holdall::http {

enum class ValueType : std::uint8_t { Text, Integer, Boolean, Timestamp };

struct Parameter {
  enum class Place : std::uint8_t { Path, Query, Header };

  std::string name;  ///< a name ending in ".*" declares a family of query parameters ("metadata.*")
  Place place = Place::Query;
  ValueType type = ValueType::Text;
  std::string description = {};
  bool required = false;
  bool repeatable = false;
  std::optional<std::int64_t> minimum = {};  ///< of the number, or of the text's length in bytes
  std::optional<std::int64_t> maximum = {};
  std::vector<std::string> allowed = {};
};

/// What a route takes as body, for the document.
struct BodyDescription {
  std::string content_type;  ///< "multipart/form-data", "application/json", "*/*"
  std::string schema;        ///< name of a schema in the document, or a JSON schema text that begins with '{'
  bool required = true;
};

struct Answer {
  int status = 200;
  std::string description = {};
  std::string content_type = {};
  std::string schema = {};  ///< as above
};

/// A problem a route can answer with: `urn:holdall:problem:<code>`.
struct ProblemDescription {
  int status = 400;
  std::string code;
  std::string description = {};
};

enum class Access : std::uint8_t { Public, Read, Write, Admin };  ///< which scope a caller needs

using Handler = std::function<io::Task<Result<Response>>(Request&)>;

struct Route {
  Method method = Method::Get;
  std::string pattern;    ///< "/api/v1/attachments/{id}/download"; literal segments win over parameters
  std::string operation;  ///< operationId
  std::string summary = {};
  std::string tag = {};
  Access access = Access::Read;
  std::vector<Parameter> parameters = {};
  std::vector<BodyDescription> bodies = {};
  std::vector<Answer> answers = {};
  std::vector<ProblemDescription> problems = {};
  Handler handler = {};
};

}  // namespace holdall::http
