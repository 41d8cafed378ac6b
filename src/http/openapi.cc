#include "http/openapi.h"

#include <stdexcept>

#include <boost/json.hpp>

#include "base/encoding.h"
#include "http/problem.h"

namespace holdall::http {
namespace {

namespace json = boost::json;

constexpr std::string_view kProblemSchema = R"({
  "type": "object",
  "description": "RFC 9457; a problem may have further members of its own.",
  "required": ["type", "title", "status", "detail", "request_id"],
  "properties": {
    "type": {"type": "string", "description": "urn:holdall:problem:<name>"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "one sentence a person can act on"},
    "request_id": {"type": "string"}
  }
})";

json::value parse_schema(const std::string& name, std::string_view text) {
  boost::system::error_code error;
  json::value parsed = json::parse(text, error);
  if (error) throw std::logic_error("the schema " + name + " is no JSON: " + error.message());
  return parsed;
}

class Document {
 public:
  explicit Document(const std::map<std::string, std::string>& schemas) {
    for (const auto& [name, text] : schemas)
      schemas_[name] = parse_schema(name, text);
    if (!schemas_.contains("Problem")) schemas_["Problem"] = parse_schema("Problem", kProblemSchema);
  }

  void add(const Route& route) {
    json::object& path = object_at(paths_, route.pattern);
    path[ascii_lower(name_of(route.method))] = operation(route);
  }

  json::object finish(const ApiDescription& api) && {
    const json::object bearer = {{"type", "http"}, {"scheme", "bearer"}};
    return {{"openapi", "3.1.0"},
            {"info", {{"title", api.title}, {"version", api.version}, {"description", api.description}}},
            {"paths", std::move(paths_)},
            {"components", {{"schemas", std::move(schemas_)}, {"securitySchemes", {{"bearer", bearer}}}}}};
  }

 private:
  static json::object& object_at(json::object& parent, std::string_view name) {
    json::value& child = parent[name];
    if (!child.is_object()) child.emplace_object();
    return child.get_object();
  }

  json::value schema(const std::string& text) const {
    if (text.starts_with('{')) return parse_schema("of a route", text);
    if (!schemas_.contains(text)) throw std::logic_error("a route uses the schema " + text + ", which nobody gives");
    return json::object{{"$ref", "#/components/schemas/" + text}};
  }

  json::object media(const std::string& content_type, const std::string& schema_text) const {
    json::object described;
    if (!schema_text.empty()) described["schema"] = schema(schema_text);
    return {{content_type, std::move(described)}};
  }

  static json::object value_schema(const Parameter& parameter) {
    json::object schema;
    const bool is_number = parameter.type == ValueType::Integer;
    switch (parameter.type) {
      case ValueType::Text: schema["type"] = "string"; break;
      case ValueType::Boolean: schema["type"] = "boolean"; break;
      case ValueType::Integer:
        schema["type"] = "integer";
        schema["format"] = "int64";
        break;
      case ValueType::Timestamp:
        schema["type"] = "string";
        schema["format"] = "date-time";
        break;
    }
    if (parameter.minimum) schema[is_number ? "minimum" : "minLength"] = *parameter.minimum;
    if (parameter.maximum) schema[is_number ? "maximum" : "maxLength"] = *parameter.maximum;
    if (!parameter.allowed.empty()) schema["enum"] = json::value_from(parameter.allowed);
    if (!parameter.repeatable) return schema;
    return {{"type", "array"}, {"items", std::move(schema)}};
  }

  static json::object parameter_object(const Parameter& parameter) {
    const bool is_path = parameter.place == Parameter::Place::Path;
    const bool is_header = parameter.place == Parameter::Place::Header;
    json::object object = {{"name", parameter.name},
                           {"in", is_path     ? "path"
                                  : is_header ? "header"
                                              : "query"},
                           {"required", is_path || parameter.required},
                           {"schema", value_schema(parameter)}};
    if (!parameter.description.empty()) object["description"] = parameter.description;
    return object;
  }

  json::object responses(const Route& route) const {
    json::object all;
    for (const Answer& answer : route.answers) {
      json::object& response = object_at(all, std::to_string(answer.status));
      response["description"] = answer.description;
      if (answer.content_type.empty()) continue;
      json::object& content = object_at(response, "content");
      for (auto& [type, described] : media(answer.content_type, answer.schema))
        content[type] = described;
    }
    for (const ProblemDescription& problem : route.problems) {
      json::object& response = object_at(all, std::to_string(problem.status));
      const std::string line = "`" + problem.code + "`: " + problem.description;
      const json::value* before = response.if_contains("description");
      response["description"] = before == nullptr ? line : std::string(before->as_string()) + "\n" + line;
      object_at(response, "content")["application/problem+json"] = json::object{{"schema", schema("Problem")}};
    }
    if (all.empty()) all["default"] = json::object{{"description", "see the summary"}};
    return all;
  }

  json::object operation(const Route& route) const {
    json::object object = {{"operationId", route.operation}, {"summary", route.summary}};
    if (!route.tag.empty()) object["tags"] = json::array{json::value(route.tag)};
    json::array parameters;
    for (const Parameter& parameter : route.parameters)
      parameters.push_back(parameter_object(parameter));
    if (!parameters.empty()) object["parameters"] = std::move(parameters);
    if (!route.bodies.empty()) {
      json::object content;
      for (const BodyDescription& body : route.bodies) {
        for (auto& [type, described] : media(body.content_type, body.schema))
          content[type] = described;
      }
      object["requestBody"] = json::object{{"required", route.bodies.front().required}, {"content", content}};
    }
    object["responses"] = responses(route);
    if (route.access != Access::Public) {
      object["security"] = json::array{json::object{{"bearer", json::array{}}}};
      object["x-scope"] = route.access == Access::Read ? "read" : route.access == Access::Write ? "write" : "admin";
    }
    return object;
  }

  json::object paths_;
  json::object schemas_;
};

}  // namespace

std::string openapi_document(const ApiDescription& api, std::span<const Route> routes,
                             const std::map<std::string, std::string>& schemas) {
  Document document(schemas);
  for (const Route& route : routes)
    document.add(route);
  return json::serialize(std::move(document).finish(api));
}

}  // namespace holdall::http
