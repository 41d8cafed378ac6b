#include "api/account.h"

#include <utility>

#include <boost/json.hpp>

#include "api/json_body.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

json::object quota_json(const attachment::Config& config) {
  const catalog::Quota quota = attachment::quota_of(config);
  return {{"bytes", quota.bytes ? json::value(*quota.bytes) : json::value(nullptr)},
          {"files", quota.files ? json::value(*quota.files) : json::value(nullptr)}};
}

json::array scopes_json(auth::Scopes scopes) {
  json::array names;
  if (scopes.has(auth::Scope::Read)) names.emplace_back("read");
  if (scopes.has(auth::Scope::Write)) names.emplace_back("write");
  if (scopes.has(auth::Scope::Admin)) names.emplace_back("admin");
  return names;
}

json::object collection_json(const attachment::Collection& collection) {
  return {{"allowed_types", json::value_from(collection.allowed_types)}, {"max_file_size", collection.max_file_size}};
}

}  // namespace

io::Task<Result<http::Response>> get_me(const Services& services, Call& call) {
  const attachment::Config& config = services.backends.config;
  json::object collections;
  for (const auto& [name, collection] : config.collections)
    collections[name] = collection_json(collection);
  const json::object me{{"user_id", call.caller.user.value},
                        {"subject", call.caller.subject},
                        {"scopes", scopes_json(call.principal.scopes)},
                        {"expires_at", to_rfc3339(call.principal.expires_at)},
                        {"collections", std::move(collections)},
                        {"quota", quota_json(config)}};
  co_return json_response(200, me);
}

io::Task<Result<http::Response>> get_usage(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::Usage usage,
                 co_await services.backends.catalog.usage(call.caller.user, call.context()));
  co_return json_response(
      200,
      json::object{{"bytes", usage.bytes}, {"files", usage.files}, {"quota", quota_json(services.backends.config)}});
}

}  // namespace holdall::api
