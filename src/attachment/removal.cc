#include "attachment/removal.h"

#include <boost/json.hpp>

namespace holdall::attachment {
namespace {

struct Target {
  std::string store;
  blob::Key key;
};

Failure malformed(const catalog::Job& job) {
  return fail(ErrorKind::InvalidArgument, "job-malformed", "The job does not name a blob to remove.",
              "payload " + job.payload);
}

Result<Target> parse_target(const catalog::Job& job) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(job.payload, error);
  if (error || !document.is_object()) return malformed(job);
  const auto* store = document.get_object().if_contains("store");
  const auto* key = document.get_object().if_contains("key");
  if (store == nullptr || key == nullptr || !store->is_string() || !key->is_string()) return malformed(job);
  auto parsed = blob::Key::parse(std::string_view(key->get_string()));
  if (!parsed) return malformed(job);
  return Target{.store = std::string(store->get_string()), .key = *std::move(parsed)};
}

}  // namespace

io::Task<Result<void>> remove_blob(blob::Store& store, const catalog::Job& job, const Context& context) {
  HOLDALL_CO_TRY(Target target, parse_target(job));
  if (target.store != store.name()) {
    co_return fail(ErrorKind::Unavailable, "store-not-configured", "The store that holds the blob is not configured.",
                   "store " + target.store);
  }
  co_return co_await store.remove(std::move(target.key), context);
}

}  // namespace holdall::attachment
