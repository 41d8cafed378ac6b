#include "http/session.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "http/testing/scripted_stream.h"

namespace holdall::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScriptedStream;
using ::testing::StartsWith;
using testing::Transcript;

/// Gives the pieces, then the end, or an error where a piece is "<fail>".
class ScriptedSource final : public io::ByteSource {
 public:
  explicit ScriptedSource(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  io::Task<Result<std::span<const std::byte>>> next() override {
    if (at_ == pieces_.size()) co_return std::span<const std::byte>{};
    const std::string& piece = pieces_[at_++];
    if (piece == "<fail>") co_return fail(ErrorKind::Unavailable, "store-down", "The store does not answer.", "EIO");
    co_return as_bytes(piece);
  }
  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  std::vector<std::string> pieces_;
  std::size_t at_ = 0;
};

Response stream(std::vector<std::string> pieces, std::optional<std::uint64_t> length) {
  Response response;
  response.body = StreamBody{std::make_unique<ScriptedSource>(std::move(pieces)), length};
  return response;
}

io::Task<Result<Response>> hello(Request&) { co_return Response::text(200, "text/plain", "hello"); }
io::Task<Result<Response>> nothing(Request&) { co_return Response::empty(204); }
io::Task<Result<Response>> throws(Request&) { throw std::runtime_error("secret of the house"); }
io::Task<Result<Response>> fails(Request&) {
  co_return fail(ErrorKind::Internal, "", "Something went wrong.", "secret of the house");
}
io::Task<Result<Response>> gives_up(Request&) { co_return fail(ErrorKind::Cancelled, "", "Cancelled."); }
io::Task<Result<Response>> injects(Request&) {
  Response response = Response::text(200, "text/plain", "x");
  response.fields.add("Location", "/a\r\nSet-Cookie: b=c");
  co_return response;
}
io::Task<Result<Response>> known(Request&) { co_return stream({"ab", "cd"}, 4); }
io::Task<Result<Response>> unknown(Request&) { co_return stream({"ab", "cd"}, std::nullopt); }
io::Task<Result<Response>> too_short(Request&) { co_return stream({"ab"}, 4); }
io::Task<Result<Response>> too_long(Request&) { co_return stream({"ab", "cdef"}, 4); }
io::Task<Result<Response>> fails_at_once(Request&) { co_return stream({"<fail>"}, 4); }
io::Task<Result<Response>> fails_midway(Request&) { co_return stream({"ab", "<fail>"}, std::nullopt); }
// As every back end does that looks at the context between its steps.
io::Task<Result<Response>> works_until_expired(Request& request) {
  while (!request.context.is_expired())
    co_await boost::asio::post(boost::asio::use_awaitable);
  co_return fail(ErrorKind::Timeout, "timeout", "It took too long; try again.");
}
std::function<void()>* meanwhile = nullptr;
io::Task<Result<Response>> tells_whether_it_is_wanted(Request& request) {
  std::string text = request.context.stop.stop_requested() ? "stopped" : "wanted";
  if (meanwhile != nullptr) (*meanwhile)();
  text += request.context.stop.stop_requested() ? ", stopped" : ", wanted";
  request.target = text;
  co_return Response::text(200, "text/plain", std::move(text));
}
io::Task<Result<Response>> tells_whether_the_body_put_off_the_deadline(Request& request) {
  const Deadline at_first = request.context.deadline;
  HOLDALL_CO_TRY(const auto piece, co_await request.body->next());
  const bool is_later = !piece.empty() && request.context.deadline > at_first;
  co_return Response::text(200, "text/plain", is_later ? "put off" : "the same");
}
io::Task<Result<Response>> echo(Request& request) {
  std::string all;
  while (true) {
    HOLDALL_CO_TRY(const auto piece, co_await request.body->next());
    if (piece.empty()) break;
    all += as_text(piece);
  }
  co_return Response::text(200, "text/plain", std::move(all));
}

Route route(Method method, std::string pattern, Handler handler) {
  std::string operation = std::string(name_of(method)) + pattern;
  return {.method = method,
          .pattern = std::move(pattern),
          .operation = std::move(operation),
          .handler = std::move(handler)};
}

const Router& router() {
  static const Router kRouter({route(Method::Get, "/hello", hello), route(Method::Get, "/nothing", nothing),
                               route(Method::Get, "/throws", throws), route(Method::Get, "/fails", fails),
                               route(Method::Get, "/gives-up", gives_up), route(Method::Get, "/injects", injects),
                               route(Method::Get, "/known", known), route(Method::Get, "/unknown", unknown),
                               route(Method::Get, "/too-short", too_short), route(Method::Get, "/too-long", too_long),
                               route(Method::Get, "/fails-at-once", fails_at_once),
                               route(Method::Get, "/fails-midway", fails_midway), route(Method::Post, "/echo", echo),
                               route(Method::Get, "/works-long", works_until_expired),
                               route(Method::Get, "/wanted", tells_whether_it_is_wanted),
                               route(Method::Post, "/deadline", tells_whether_the_body_put_off_the_deadline),
                               route(Method::Post, "/ignore", hello), route(Method::Post, "/fails", fails)});
  return kRouter;
}

class Recorder final : public Observer {
 public:
  void on_connection_open() override {}
  void on_connection_close() override {}
  void on_work_begin() override { ++in_work; }
  void on_work_end() override { --in_work; }
  void on_request(const RequestReport& report) override {
    lines.push_back(std::string(report.method) + " " + std::string(report.operation) + " " +
                    std::to_string(report.status) + " in " + std::to_string(report.bytes_in) +
                    (report.is_complete ? "" : " cut"));
    peers.emplace_back(report.peer);
    targets.emplace_back(report.target);
  }
  int in_work = 0;
  std::vector<std::string> lines;
  std::vector<std::string> peers;
  std::vector<std::string> targets;
};

struct Outcome {
  Transcript transcript;
  std::vector<std::string> targets;
  std::vector<std::string> reports;
  std::string log;
};

class SessionTest : public ::testing::Test {
 protected:
  Outcome serve(std::vector<std::string> pieces, std::size_t largest_write = SIZE_MAX) {
    Outcome outcome;
    std::ostringstream log;
    Recorder recorder;
    boost::asio::io_context context(1);
    Lane lane(context, service(recorder, log), std::chrono::milliseconds(5));
    lane.is_draining = is_draining;
    std::function<void()> cut = [&lane] { lane.cut(); };
    meanwhile = is_cut ? &cut : nullptr;
    Session session(lane, std::make_unique<ScriptedStream>(std::move(pieces), outcome.transcript, largest_write),
                    "1.2.3.4");
    start(context, session);
    context.run();
    EXPECT_EQ(recorder.in_work, 0);
    outcome.reports = recorder.lines;
    outcome.targets = recorder.targets;
    outcome.log = log.str();
    return outcome;
  }

  std::shared_ptr<const Service> service(Recorder& recorder, std::ostringstream& log) const {
    auto service = std::make_shared<Service>();
    service->config = config;
    service->router = &router();
    service->logger = std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::ostream_sink_st>(log));
    service->observer = &recorder;
    return service;
  }

  static void start(boost::asio::io_context& context, Session& session) {
    boost::asio::co_spawn(context, session.run(), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }

  std::string sent(std::vector<std::string> pieces) { return serve(std::move(pieces)).transcript.sent; }

  SessionTest() { config.access_log = false; }

  Config config;
  bool is_draining = false;
  bool is_cut = false;  ///< while /wanted runs
};

std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view path, std::string_view fields, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n" +
         std::string(body);
}

std::size_t count_of(std::string_view text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1))
    ++count;
  return count;
}

TEST_F(SessionTest, AnswersWithHeadAndBodyInOneWrite) {
  const Outcome outcome = serve({get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(outcome.transcript.sent,
              HasSubstr("\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nX-Request-Id: "));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n\r\nhello"));
  EXPECT_EQ(outcome.transcript.writes.size(), 1U);
  EXPECT_EQ(outcome.reports, std::vector<std::string>{"GET GET/hello 200 in 0"});
}

TEST_F(SessionTest, SendsEverythingThroughANarrowStream) {
  EXPECT_EQ(count_of(serve({get("/hello"), get("/known")}, 3).transcript.sent, "hello"), 1U);
  EXPECT_THAT(serve({get("/known")}, 1).transcript.sent, ::testing::EndsWith("\r\n\r\nabcd"));
}

TEST_F(SessionTest, AnswersPipelinedRequestsInOrder) {
  const std::string text =
      sent({post("/echo", "Content-Length: 3", "one") + get("/hello") + post("/echo", "Content-Length: 3", "two")});
  const std::size_t one = text.find("one"), hello_at = text.find("hello"), two = text.find("two");
  EXPECT_LT(one, hello_at);
  EXPECT_LT(hello_at, two);
  EXPECT_NE(two, std::string::npos);
}

TEST_F(SessionTest, KeepsAGivenRequestIdOnlyWhereItIsHarmless) {
  EXPECT_THAT(sent({get("/hello", "X-Request-Id: abc-1.2_Z\r\n")}), HasSubstr("X-Request-Id: abc-1.2_Z\r\n"));
  EXPECT_THAT(sent({get("/hello", "X-Request-Id: a b\r\n")}), Not(HasSubstr("a b")));
  EXPECT_THAT(sent({get("/hello", "X-Request-Id: " + std::string(65, 'a') + "\r\n")}), Not(HasSubstr("aaaa")));
}

TEST_F(SessionTest, AnswersHeadAsGetWithoutBody) {
  const std::string text = sent({"HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /known HTTP/1.1\r\nHost: a\r\n\r\n"});
  EXPECT_EQ(count_of(text, "200 OK"), 2U);
  EXPECT_THAT(text, HasSubstr("Content-Length: 5"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 4"));
  EXPECT_THAT(text, Not(HasSubstr("hello")));
  EXPECT_THAT(text, Not(HasSubstr("abcd")));
}

TEST_F(SessionTest, SendsNoLengthWithNoContent) {
  EXPECT_THAT(sent({get("/nothing")}), Not(HasSubstr("Content-Length")));
}

TEST_F(SessionTest, ChunksAStreamOfUnknownLength) {
  const std::string text = sent({get("/unknown")});
  EXPECT_THAT(text, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(text, ::testing::EndsWith("\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"));
}

TEST_F(SessionTest, EndsAStreamOfUnknownLengthByClosingForOldClients) {
  const Outcome outcome = serve({"GET /unknown HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, ::testing::EndsWith("Connection: close\r\n\r\nabcd"));
}

TEST_F(SessionTest, SaysKeepAliveToOldClientsThatAskForIt) {
  EXPECT_THAT(sent({"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"}), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(sent({"GET /hello HTTP/1.0\r\n\r\n"}), HasSubstr("Connection: close\r\n"));
}

TEST_F(SessionTest, CutsAStreamThatEndsEarlyOrRunsOver) {
  for (const char* path : {"/too-short", "/too-long", "/fails-midway"}) {
    const Outcome outcome = serve({get(path) + get("/hello")});
    EXPECT_TRUE(outcome.transcript.was_reset) << path;
    EXPECT_THAT(outcome.transcript.sent, Not(HasSubstr("hello"))) << path;
    EXPECT_THAT(outcome.transcript.sent, Not(HasSubstr("\r\n0\r\n"))) << path;
    EXPECT_THAT(outcome.log, HasSubstr("cut off")) << path;
  }
}

TEST_F(SessionTest, StillSaysWhatIsWrongWhenAStreamFailsBeforeItsFirstByte) {
  const Outcome outcome = serve({get("/fails-at-once") + get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("hello"));
  EXPECT_FALSE(outcome.transcript.was_reset);
}

TEST_F(SessionTest, HidesWhatIsInternal) {
  for (const char* path : {"/throws", "/fails"}) {
    const Outcome outcome = serve({get(path) + get("/hello")});
    EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 500 ")) << path;
    EXPECT_THAT(outcome.transcript.sent, Not(HasSubstr("secret"))) << path;
    EXPECT_THAT(outcome.transcript.sent, HasSubstr("hello")) << path;
    EXPECT_THAT(outcome.log, HasSubstr("secret of the house")) << path;
  }
}

TEST_F(SessionTest, NeverSendsAFieldThatWouldBreakTheHead) {
  const Outcome outcome = serve({get("/injects")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(outcome.transcript.sent, Not(HasSubstr("Set-Cookie")));
}

TEST_F(SessionTest, ClosesWithoutAnswerWhenTheHandlerWasCancelled) {
  const Outcome outcome = serve({get("/gives-up")});
  EXPECT_EQ(outcome.transcript.sent, "");
  EXPECT_EQ(outcome.log, "");
}

TEST_F(SessionTest, RefusesABrokenHeadOnceAndCloses) {
  const Outcome outcome = serve({"GET / HTTP/1.1\n\n" + get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("urn:holdall:problem:bad-line-end"));
  EXPECT_EQ(count_of(outcome.transcript.sent, "HTTP/1.1"), 1U);
  EXPECT_TRUE(outcome.transcript.was_shut);
  EXPECT_EQ(outcome.reports, std::vector<std::string>{"?  400 in 0"});
}

TEST_F(SessionTest, LivesOnAfterErrorsThatLeaveTheFramingSound) {
  const std::string text = sent(
      {get("/missing") + get("/%2") + get("/hello?x=1") + "DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello")});
  EXPECT_EQ(count_of(text, "HTTP/1.1 404 "), 1U);
  EXPECT_EQ(count_of(text, "HTTP/1.1 400 "), 2U);
  EXPECT_THAT(text, HasSubstr("Allow: GET, HEAD, OPTIONS"));
  EXPECT_THAT(text, ::testing::EndsWith("hello"));
}

TEST_F(SessionTest, SaysContinueOnlyWhenTheBodyIsRead) {
  const std::string head = post("/echo", "Expect: 100-continue\r\nContent-Length: 2", "");
  EXPECT_THAT(sent({head, "hi"}), StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(sent({head + "hi"}), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(SessionTest, ClosesWhenItIsUnknownWhetherAWaitingClientSendsItsBody) {
  const std::string head = post("/ignore", "Expect: 100-continue\r\nContent-Length: 2", "");
  const Outcome outcome = serve({head, get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(count_of(outcome.transcript.sent, "HTTP/1.1"), 1U);
}

TEST_F(SessionTest, RefusesExpectationsItDoesNotKnow) {
  const std::string text = sent({get("/hello", "Expect: a-miracle\r\n") + get("/hello")});
  EXPECT_THAT(text, StartsWith("HTTP/1.1 417 "));
  EXPECT_THAT(text, HasSubstr("hello"));
}

TEST_F(SessionTest, DropsAShortUnreadBodyAndGoesOn) {
  const std::string text = sent({post("/ignore", "Content-Length: 4", "GET "), get("/nothing")});
  EXPECT_EQ(count_of(text, "HTTP/1.1 200 OK"), 1U);
  EXPECT_EQ(count_of(text, "HTTP/1.1 204 No Content"), 1U);
}

TEST_F(SessionTest, AnswersBeforeALongUnreadBodyAndLingers) {
  const Outcome outcome =
      serve({post("/fails", "Content-Length: 100000", ""), std::string(50000, 'b'), std::string(50000, 'b')});
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(outcome.transcript.was_shut);
  EXPECT_TRUE(outcome.transcript.was_closed);
}

TEST_F(SessionTest, RefusesABrokenBodyWhateverTheHandlerSays) {
  const Outcome outcome = serve({post("/echo", "Transfer-Encoding: chunked", "2\r\nhi\r\nzz\r\n") + get("/hello")});
  EXPECT_THAT(outcome.transcript.sent, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("urn:holdall:problem:bad-chunk"));
  EXPECT_THAT(outcome.transcript.sent, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(count_of(outcome.transcript.sent, "HTTP/1.1"), 1U);
}

TEST_F(SessionTest, SaysNothingToAClientThatLeftInTheMiddleOfItsBody) {
  const Outcome outcome = serve({post("/echo", "Content-Length: 10", "hi")});
  EXPECT_EQ(outcome.transcript.sent, "");
  EXPECT_EQ(outcome.reports, std::vector<std::string>{"POST POST/echo 0 in 2 cut"});
}

TEST_F(SessionTest, TellsSlowClientsButNotIdleOnes) {
  const std::string stall(ScriptedStream::kStall);
  EXPECT_EQ(sent({stall}), "");
  EXPECT_EQ(count_of(sent({get("/hello"), stall}), "HTTP/1.1"), 1U);
  EXPECT_THAT(sent({"GET /hel", stall}), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(sent({post("/echo", "Content-Length: 10", "hi"), stall}), StartsWith("HTTP/1.1 408 "));
}

TEST_F(SessionTest, ClosesAfterTheAnswerWhenItIsAskedTo) {
  EXPECT_EQ(count_of(sent({get("/hello", "Connection: close\r\n") + get("/hello")}), "HTTP/1.1"), 1U);
}

TEST_F(SessionTest, NamesTheRuleToARequestThatTakesTooLong) {
  config.request_timeout = std::chrono::milliseconds(10);
  const std::string text = sent({get("/works-long") + get("/hello")});
  EXPECT_THAT(text, StartsWith("HTTP/1.1 504 "));
  EXPECT_THAT(text, HasSubstr("urn:holdall:problem:timeout"));
  EXPECT_THAT(text, HasSubstr("http.request_timeout"));
  EXPECT_THAT(text, ::testing::EndsWith("hello"));
}

TEST_F(SessionTest, DoesNotCountTheTimeOfABodyAsWork) {
  EXPECT_THAT(sent({post("/deadline", "Content-Length: 2", ""), "hi"}), ::testing::EndsWith("put off"));
}

TEST_F(SessionTest, TellsTheRequestOfAConnectionThatIsCutToStop) {
  EXPECT_THAT(sent({get("/wanted")}), ::testing::EndsWith("wanted, wanted"));
  is_cut = true;
  const Outcome outcome = serve({get("/wanted") + get("/hello")});
  EXPECT_EQ(outcome.transcript.sent, "");
  EXPECT_TRUE(outcome.transcript.was_reset);
  EXPECT_EQ(outcome.targets, std::vector<std::string>{"wanted, stopped"});
}

TEST_F(SessionTest, LetsOthersOfItsThreadInBetweenPipelinedRequests) {
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += get("/hello");
  std::ostringstream log;
  Recorder recorder;
  boost::asio::io_context context(1);
  Lane lane(context, service(recorder, log), std::chrono::milliseconds(5));
  Transcript greedy, modest;
  Session first(lane, std::make_unique<ScriptedStream>(std::vector{many}, greedy), "greedy");
  Session second(lane, std::make_unique<ScriptedStream>(std::vector{get("/hello")}, modest), "modest");
  start(context, first);
  start(context, second);
  context.run();
  ASSERT_EQ(recorder.peers.size(), 1001U);
  const auto at = std::ranges::find(recorder.peers, "modest") - recorder.peers.begin();
  EXPECT_LE(at, 2);
}

TEST_F(SessionTest, BeginsNoRequestWhileTheServerDrains) {
  is_draining = true;
  EXPECT_EQ(sent({get("/hello")}), "");
}

TEST_F(SessionTest, AddsCorsFieldsOnlyForConfiguredOrigins) {
  EXPECT_THAT(sent({get("/hello", "Origin: https://a.example\r\n")}), Not(HasSubstr("Access-Control")));
}

}  // namespace
}  // namespace holdall::http
