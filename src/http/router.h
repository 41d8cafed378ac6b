#pragma once
// From a request to its route: path, method and declared parameters are checked here, so that a handler begins with a
// request that is what its declaration says.
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace holdall::http {

/// Immutable after construction, used by all io threads at once; outlives the server.
class Router {
 public:
  /// Judges who calls before the parameters are looked at: by route.access and the Authorization field; may fill
  /// request.caller. An error is the answer.
  using Gate = std::function<io::Task<Result<void>>(const Route& route, Request& request)>;

  /// A broken table (two routes alike, a pattern whose parameters are not declared, no handler) is a programmer's
  /// error: std::logic_error.
  explicit Router(std::vector<Route> routes, Gate gate = {});
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// 404 and 405 (with `allow` among the error's details), OPTIONS, HEAD by GET, then gate, parameters, handler.
  io::Task<Result<Response>> handle(Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Entry;
  struct Node;
  struct Match;

  void insert(const Route& route);
  static const Node* find(const Node& node, std::string_view path, std::vector<std::string_view>& values);

  std::vector<Route> routes_;
  Gate gate_;
  std::unique_ptr<Node> root_;
};

}  // namespace holdall::http
