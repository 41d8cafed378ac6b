#pragma once
// Who calls: every route but the public ones passes here before anything of the request is looked at further.
#include "api/services.h"
#include "http/route.h"
#include "http/router.h"

namespace holdall::api {

/// Who calls, as the gate found out.
struct Identity {
  attachment::Caller caller;
  auth::Principal principal;
};

/// The gate of every route but the public ones: Unauthenticated without a valid bearer token, Forbidden
/// "insufficient-scope" without the scope the route needs. `services` must outlive it.
http::Router::Gate gate(const Services& services);

/// A request that has passed the gate.
struct Call {
  http::Request& request;
  const attachment::Caller& caller;
  const auth::Principal& principal;

  const Context& context() const { return request.context; }
  /// The number in the path; the router has checked that it is one.
  AttachmentId attachment_id() const;
};

/// A route's work, as a plain function: a coroutine without captures.
using CallHandler = io::Task<Result<http::Response>> (*)(const Services& services, Call& call);

/// The handler of a route that is not public.
http::Handler handler_of(const Services& services, CallHandler handler);

}  // namespace holdall::api
