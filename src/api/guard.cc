#include "api/guard.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"

namespace holdall::api {
namespace {

Result<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::optional<std::string_view> field = request.fields.find("Authorization");
  if (!field)
    return fail(ErrorKind::Unauthenticated, "token-missing", "Send a token: 'Authorization: Bearer <token>'.");
  if (request.fields.count("Authorization") > 1)
    return fail(ErrorKind::Unauthenticated, "token-invalid", "Send exactly one Authorization header.");
  if (field->size() <= kScheme.size() || !equals_ignoring_case(field->substr(0, kScheme.size()), kScheme))
    return fail(ErrorKind::Unauthenticated, "token-missing", "The Authorization header must be 'Bearer <token>'.");
  return trim(field->substr(kScheme.size()));
}

bool may(const auth::Scopes& scopes, http::Access access) {
  switch (access) {
    case http::Access::Public: return true;
    case http::Access::Read: return scopes.has(auth::Scope::Read);
    case http::Access::Write: return scopes.has(auth::Scope::Write);
    case http::Access::Admin: return scopes.has(auth::Scope::Admin);
  }
  return false;
}

std::string_view scope_name(http::Access access) {
  switch (access) {
    case http::Access::Public: return "";
    case http::Access::Read: return "read";
    case http::Access::Write: return "write";
    case http::Access::Admin: return "admin";
  }
  return "";
}

io::Task<Result<void>> identify(const Services& services, http::Access access, http::Request& request) {
  HOLDALL_CO_TRY(const std::string_view token, bearer_token(request));
  HOLDALL_CO_TRY(auth::Principal principal, co_await services.verifier.verify(token, request.context));
  if (!may(principal.scopes, access))
    co_return fail(make_error(ErrorKind::Forbidden, "insufficient-scope",
                              "This token lacks the scope '" + std::string(scope_name(access)) + "'.")
                       .with("scope", std::string(scope_name(access))));
  HOLDALL_CO_TRY(const UserId user,
                 co_await services.backends.catalog.resolve_user(principal.subject, request.context));
  attachment::Caller caller{user, principal.subject};
  request.caller = Identity{std::move(caller), std::move(principal)};
  co_return Result<void>{};
}

io::Task<Result<void>> let_pass() { co_return Result<void>{}; }

io::Task<Result<http::Response>> run(const Services& services, CallHandler handler, http::Request& request) {
  const Identity& identity = *std::any_cast<Identity>(&request.caller);
  Call call{request, identity.caller, identity.principal};
  co_return co_await handler(services, call);
}

}  // namespace

AttachmentId Call::attachment_id() const {
  const std::string_view text = request.path_value("id");
  AttachmentId id;
  std::from_chars(text.data(), text.data() + text.size(), id.value);
  return id;
}

http::Router::Gate gate(const Services& services) {
  return [&services](const http::Route& route, http::Request& request) {
    return route.access == http::Access::Public ? let_pass() : identify(services, route.access, request);
  };
}

http::Handler handler_of(const Services& services, CallHandler handler) {
  return [&services, handler](http::Request& request) { return run(services, handler, request); };
}

}  // namespace holdall::api
