#include "http/router.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "http/parameter_check.h"

namespace holdall::http {
namespace {

constexpr std::size_t kMethodCount = 7;
constexpr std::array<Method, kMethodCount> kAllMethods = {Method::Get,   Method::Head,   Method::Post,   Method::Put,
                                                          Method::Patch, Method::Delete, Method::Options};

std::size_t index_of(Method method) { return static_cast<std::size_t>(method); }

// Takes the next segment of "/a/b"; `path` begins with '/' and is cut behind the segment.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

[[noreturn]] void broken(const Route& route, std::string_view why) {
  throw std::logic_error("route " + std::string(name_of(route.method)) + " " + route.pattern + " " + std::string(why));
}

bool declares_path_parameter(const Route& route, std::string_view name) {
  return std::ranges::any_of(route.parameters, [&](const Parameter& parameter) {
    return parameter.place == Parameter::Place::Path && parameter.name == name;
  });
}

}  // namespace

struct Router::Entry {
  const Route* route = nullptr;
  std::vector<std::string_view> names;  ///< of the path parameters, in order
};

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::array<std::optional<Entry>, kMethodCount> entries;

  bool has_entries() const {
    return std::ranges::any_of(entries, [](const auto& entry) { return entry.has_value(); });
  }

  const Entry* entry_for(Method method) const {
    if (const auto& own = entries[index_of(method)]) return &*own;
    if (method == Method::Head && entries[index_of(Method::Get)]) return &*entries[index_of(Method::Get)];
    return nullptr;
  }

  std::vector<std::string> allowed() const {
    std::vector<std::string> names;
    for (const Method method : kAllMethods) {
      if (method == Method::Options || entry_for(method) != nullptr) names.emplace_back(name_of(method));
    }
    return names;
  }
};

Router::Router(std::vector<Route> routes, Gate gate)
    : routes_(std::move(routes)), gate_(std::move(gate)), root_(std::make_unique<Node>()) {
  std::set<std::string_view> operations;
  for (const Route& route : routes_) {
    if (!operations.insert(route.operation).second) broken(route, "has an operation name that another one has");
    insert(route);
  }
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::insert(const Route& route) {
  if (!route.handler) broken(route, "has no handler");
  if (!route.pattern.starts_with('/')) broken(route, "does not begin with a slash");
  Node* node = root_.get();
  Entry entry{&route, {}};
  std::string_view rest = route.pattern;
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    std::unique_ptr<Node>* next = nullptr;
    if (is_parameter(segment)) {
      const std::string_view name = segment.substr(1, segment.size() - 2);
      if (!declares_path_parameter(route, name)) broken(route, "does not declare " + std::string(segment));
      entry.names.push_back(name);
      next = &node->parameter;
    } else {
      next = &node->literals[std::string(segment)];
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  auto& place = node->entries[index_of(route.method)];
  if (place) broken(route, "is declared twice");
  place = std::move(entry);
}

// Literals first, parameters where that leads nowhere. An empty segment ("/a//b", "/a/") matches no parameter.
const Router::Node* Router::find(const Node& node, std::string_view path, std::vector<std::string_view>& values) {
  if (path.empty()) return node.has_entries() ? &node : nullptr;
  const std::string_view segment = take_segment(path);
  if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
    if (const Node* found = find(*literal->second, path, values)) return found;
  }
  if (!node.parameter || segment.empty()) return nullptr;
  values.push_back(segment);
  if (const Node* found = find(*node.parameter, path, values)) return found;
  values.pop_back();
  return nullptr;
}

io::Task<Result<Response>> Router::handle(Request& request) const {
  std::vector<std::string_view> values;
  const Node* node = request.path.starts_with('/') ? find(*root_, request.path, values) : nullptr;
  if (node == nullptr && request.path == "*") co_return Response::empty(204);
  if (node == nullptr) {
    co_return fail(ErrorKind::NotFound, "no-such-route", "There is nothing at this path; see /openapi.json.");
  }
  const Entry* entry = node->entry_for(request.method);
  if (entry == nullptr && request.method == Method::Options) {
    Response response = Response::empty(204);
    std::string list;
    for (const std::string& name : node->allowed())
      list += (list.empty() ? "" : ", ") + name;
    response.fields.add("Allow", list);
    co_return response;
  }
  if (entry == nullptr) {
    co_return fail(make_error(ErrorKind::MethodNotAllowed, "method-not-allowed",
                              std::string(name_of(request.method)) + " is not possible here.")
                       .with("allow", node->allowed()));
  }
  request.operation = entry->route->operation;
  for (std::size_t i = 0; i < values.size(); ++i) {
    request.path_parameters.push_back({entry->names[i], std::string(values[i])});
  }
  if (gate_) HOLDALL_CO_TRY_VOID(co_await gate_(*entry->route, request));
  HOLDALL_CO_TRY_VOID(check_parameters(*entry->route, request));
  co_return co_await entry->route->handler(request);
}

}  // namespace holdall::http
