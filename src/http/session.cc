#include "http/session.h"

#include <exception>

#include <boost/asio/post.hpp>

#include "base/encoding.h"
#include "http/access_log.h"
#include "http/problem.h"
#include "http/query.h"

namespace holdall::http {
namespace {

using Clock = std::chrono::steady_clock;

// What an idle connection keeps of its last request's memory; ordinary heads fit and are not allocated anew.
constexpr std::size_t kKeptWhenIdle = 2048;

constexpr RefusalText kTooSlow{408, "request-timeout", "The request took too long to arrive; try again."};
constexpr RefusalText kTooMuchWork{
    504, "timeout",
    "This took longer than the server works on one request (http.request_timeout); ask for less of it."};

// Tells the observer of the beginning and, whatever happens, of the end.
class WorkMark {
 public:
  explicit WorkMark(Observer* observer) : observer_(observer) {
    if (observer_ != nullptr) observer_->on_work_begin();
  }
  ~WorkMark() {
    if (observer_ != nullptr) observer_->on_work_end();
  }
  WorkMark(const WorkMark&) = delete;
  WorkMark& operator=(const WorkMark&) = delete;

 private:
  Observer* observer_;
};

}  // namespace

Session::Session(Lane& lane, std::unique_ptr<io::ByteStream> stream, std::string peer)
    : lane_(lane),
      config_(lane.service.config),
      peer_(std::move(peer)),
      wire_(std::move(stream), RateGuard(config_.minimum_rate, config_.rate_window),
            RateGuard(config_.minimum_rate, config_.rate_window)),
      parser_(config_.parser_limits()),
      body_(wire_, parser_, request_.context.deadline, config_.request_timeout),
      writer_(wire_) {
  request_.body = &body_;
  request_.peer = peer_;
  request_.context.stop = stop_.get_token();
  lane_.sessions.insert(this);
}

Session::~Session() { lane_.sessions.erase(this); }

void Session::end_if_idle() {
  if (is_idle_) wire_.stream().close();
}

void Session::cut() {
  stop_.request_stop();
  wire_.stream().reset();
}

io::Task<> Session::run() {
  bool goes_on = true;
  while (goes_on) {
    goes_on = co_await receive();
    if (goes_on) goes_on = co_await answer();
  }
  wire_.stream().close();
}

io::Task<bool> Session::receive() {
  parser_.reset();
  wire_.restart_rates();
  std::optional<Deadline> head_deadline;
  while (true) {
    const RequestParser::Step step = parser_.parse(wire_.buffer().bytes());
    wire_.buffer().consume(step.consumed);
    if (step.event == RequestParser::Event::Head) co_return true;
    if (step.event == RequestParser::Event::Refused) {
      co_await refuse(describe(parser_.refusal()));
      co_return false;
    }
    is_idle_ = !parser_.has_begun() && wire_.buffer().is_empty();
    if (is_idle_ && lane_.is_draining) co_return false;
    if (is_idle_) rest();
    if (!is_idle_ && !head_deadline) head_deadline = Clock::now() + config_.header_timeout;
    const auto count = co_await wire_.fill(head_deadline.value_or(Clock::now() + config_.idle_timeout));
    const bool was_idle = std::exchange(is_idle_, false);
    if (!count && count.error().kind == ErrorKind::Timeout && !was_idle) co_await refuse(kTooSlow);
    if (!count || *count == 0) co_return false;
  }
}

Result<void> Session::prepare_request() {
  RequestHead& head = parser_.head();
  begin_ = Clock::now();
  sent_before_ = wire_.sent();
  std::swap(request_.fields, head.fields);
  request_.method = head.method;
  request_.target.assign(head.target);
  request_.path.clear();
  request_.path_parameters.clear();
  request_.query.clear();
  request_.operation = {};
  request_.caller.reset();
  request_.has_body = head.framing == Framing::Chunked || head.content_length > 0;
  request_.content_length.reset();
  if (head.framing == Framing::Length) request_.content_length = head.content_length;
  const auto given_id = request_.fields.find("X-Request-Id");
  if (given_id && is_request_id(*given_id)) {
    request_.context.request_id.assign(*given_id);
  } else {
    lane_.ids.assign_next(request_.context.request_id);
  }
  request_.context.deadline = begin_ + config_.request_timeout;
  body_.begin();
  if (head.path_and_query == "*") {
    request_.path = "*";
    return {};
  }
  const TargetParts parts = split_target(head.path_and_query);
  HOLDALL_TRY(request_.path, decode_path(parts.path));
  if (!parts.query.empty()) {
    HOLDALL_TRY(request_.query, parse_query(parts.query));
  }
  return {};
}

io::Task<bool> Session::answer() {
  auto response = co_await make_response();
  if (!response) {
    report(0, false);
    co_return false;
  }
  // Whoever is ready as well comes first, then all answers go out one behind the other: their clients are woken once,
  // and nobody who sends many requests at once keeps the thread for himself.
  co_await boost::asio::post(boost::asio::use_awaitable);
  const bool keep = may_keep(*response);  // what arrived or began to drain meanwhile counts
  const bool is_sent = co_await send(*response, keep);
  report(response->status, is_sent);
  if (!is_sent) {
    wire_.stream().reset();
    co_return false;
  }
  // Streams may hold what belongs to the request; they end before the rest of the body is dropped.
  response->body = std::monostate{};
  if (keep && body_.is_finished()) co_return true;
  if (keep && co_await body_.drain(config_.drain_bytes, Clock::now() + config_.linger_timeout)) co_return true;
  // A client that was not the one to end the connection may have sent more already.
  const bool may_have_more = parser_.head().keep_alive || !wire_.buffer().is_empty();
  if (!body_.is_finished() || may_have_more) co_await linger();
  co_return false;
}

io::Task<std::optional<Response>> Session::make_response() {
  const auto prepared = prepare_request();
  if (parser_.head().expectation == Expectation::Unknown) {
    co_return problem_response(describe(Refusal::UnknownExpectation), request_.context.request_id);
  }
  if (!prepared) co_return response_to(prepared.error());
  auto outcome = co_await ask_router();
  // Whatever the handler made of it: after a broken body nothing that follows can be trusted to be a request.
  if (body_.failure()) co_return response_to_broken_body(*body_.failure());
  if (!outcome) co_return response_to(outcome.error());
  finish(*outcome);
  co_return std::move(*outcome);
}

io::Task<Result<Response>> Session::ask_router() {
  const WorkMark mark(lane_.service.observer);
  std::string what;
  try {
    co_return co_await lane_.service.router->handle(request_);
  } catch (const std::exception& thrown) {
    what = thrown.what();
  } catch (...) {
    what = "of unknown type";
  }
  co_return fail(internal_error("exception in the handler of " + std::string(request_.operation) + ": " + what));
}

std::optional<Response> Session::response_to_broken_body(const Error& failure) const {
  if (failure.kind == ErrorKind::Cancelled) return std::nullopt;
  Response response = failure.kind == ErrorKind::Timeout ? problem_response(kTooSlow, request_.context.request_id)
                                                         : problem_response(failure, request_.context.request_id);
  response.close = true;
  return response;
}

std::optional<Response> Session::response_to(const Error& error) {
  if (error.kind == ErrorKind::Cancelled) return std::nullopt;
  const bool is_out_of_time = error.kind == ErrorKind::Timeout && request_.context.is_expired();
  Response response = is_out_of_time ? problem_response(kTooMuchWork, request_.context.request_id)
                                     : problem_response(error, request_.context.request_id);
  if (response.status >= 500) {
    lane_.service.logger->error("request {} {} failed: {}", request_.context.request_id, request_.operation,
                                describe(error));
  }
  lane_.service.cors.decorate(request_, response);
  return response;
}

void Session::finish(Response& response) {
  if (!has_safe_fields(response)) {
    const Error error = internal_error("the handler made a response with fields that must not be sent");
    lane_.service.logger->error("request {} {} failed: {}", request_.context.request_id, request_.operation,
                                describe(error));
    response = problem_response(error, request_.context.request_id);
  }
  lane_.service.cors.decorate(request_, response);
}

bool Session::may_keep(const Response& response) const {
  const RequestHead& head = parser_.head();
  if (!head.keep_alive || response.close || lane_.is_draining) return false;
  if (choose_framing(response, head.method, head.minor_version) == BodyFraming::UntilClose) return false;
  if (body_.is_finished()) return true;
  // A client that was not told to continue may send its body or not: where the next request begins is unknown.
  if (head.expectation == Expectation::Unknown || body_.is_client_waiting()) return false;
  if (const auto rest = body_.remaining()) return *rest <= config_.drain_bytes;
  return response.status < 400;
}

io::Task<bool> Session::send(Response& response, bool keep) {
  const RequestHead& head = parser_.head();
  const ResponseFrame frame{.framing = choose_framing(response, head.method, head.minor_version),
                            .content_length = announced_length(response),
                            .keep_alive = keep,
                            .is_old_client = head.minor_version == 0,
                            .date = lane_.date.now(),
                            .request_id = request_.context.request_id};
  const std::uint64_t before = wire_.sent();
  const auto sent = co_await writer_.send(response, frame);
  if (sent) co_return true;
  if (sent.error().kind != ErrorKind::Cancelled) {
    lane_.service.logger->warn("request {} {}: the answer was cut off: {}", request_.context.request_id,
                               request_.operation, describe(sent.error()));
  }
  // Nothing has gone out yet: the source of the body failed at its first piece, and the client can still be told.
  if (wire_.sent() != before || !std::holds_alternative<StreamBody>(response.body)) co_return false;
  if (sent.error().code == "connection-lost" || sent.error().code == "client-too-slow") co_return false;
  response = problem_response(sent.error(), request_.context.request_id);
  ResponseFrame instead = frame;
  instead.date = lane_.date.now();
  instead.framing = choose_framing(response, head.method, head.minor_version);
  instead.content_length = announced_length(response);
  const auto told = co_await writer_.send(response, instead);
  co_return told.has_value();
}

// Before there is a request: the message cannot be framed, so nothing that follows can be.
io::Task<> Session::refuse(const RefusalText& text) {
  begin_ = Clock::now();
  sent_before_ = wire_.sent();
  body_.begin();
  request_.target.assign(parser_.head().target);
  request_.operation = {};
  lane_.ids.assign_next(request_.context.request_id);
  Response response = problem_response(text, request_.context.request_id);
  const ResponseFrame frame{.framing = BodyFraming::Length,
                            .content_length = announced_length(response),
                            .keep_alive = false,
                            .date = lane_.date.now(),
                            .request_id = request_.context.request_id};
  const auto sent = co_await writer_.send(response, frame);
  report(response.status, sent.has_value());
  if (sent) co_await linger();
}

io::Task<> Session::linger() {
  const Deadline deadline = Clock::now() + config_.linger_timeout;
  co_await wire_.stream().shutdown(deadline);
  while (Clock::now() < deadline) {
    wire_.buffer().consume(wire_.buffer().bytes().size());
    const auto count = co_await wire_.fill(deadline);
    if (!count || *count == 0) co_return;
  }
}

// Between two requests a connection is small again, whatever its last request was.
void Session::rest() {
  wire_.buffer().shrink();
  parser_.shrink(kKeptWhenIdle);
  request_.fields.clear_and_shrink(kKeptWhenIdle);
  request_.caller.reset();
  if (request_.target.capacity() > kKeptWhenIdle) request_.target = std::string();
  if (request_.path.capacity() > kKeptWhenIdle) request_.path = std::string();
  if (request_.query.capacity() * sizeof(QueryParameter) > kKeptWhenIdle) request_.query = {};
}

void Session::report(int status, bool is_complete) {
  const bool logs = config_.access_log && lane_.service.logger->should_log(spdlog::level::info);
  if (!logs && lane_.service.observer == nullptr) return;
  const RequestReport report{.request_id = request_.context.request_id,
                             .peer = peer_,
                             .method = parser_.has_method() ? name_of(parser_.head().method) : "?",
                             .target = request_.target,
                             .operation = request_.operation,
                             .status = status,
                             .bytes_in = body_.bytes_read(),
                             .bytes_out = wire_.sent() - sent_before_,
                             .duration = Clock::now() - begin_,
                             .is_complete = is_complete};
  if (lane_.service.observer != nullptr) lane_.service.observer->on_request(report);
  if (logs) write_access_line(*lane_.service.logger, report);
}

}  // namespace holdall::http
