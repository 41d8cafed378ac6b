#pragma once
// One connection: requests in, answers out, one after another, until either side has had enough.
//
// Framing decides what happens after an error: where the end of the broken message is known the connection lives on,
// where it is not it is closed. An answer given before the whole body was read is sent at once; a short rest is then
// read and dropped so that the connection lives on, a long one is not waited for: the sending direction is shut and the
// client gets `linger_timeout` to notice, because closing with unread bytes would reset the connection and could
// destroy the answer in the client's hands.
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "http/body_reader.h"
#include "http/lane.h"
#include "http/request_parser.h"
#include "http/response_writer.h"
#include "http/wire.h"

namespace holdall::http {

/// Lives on its lane's thread, inside the coroutine that runs it.
class Session {
 public:
  Session(Lane& lane, std::unique_ptr<io::ByteStream> stream, std::string peer);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Ends when the connection does; never throws but for want of memory.
  io::Task<> run();

  void end_if_idle();
  void cut();

 private:
  /// True when a request stands in request_; false when the connection is over.
  io::Task<bool> receive();
  /// Answers request_; true when the connection goes on.
  io::Task<bool> answer();

  Result<void> prepare_request();
  io::Task<std::optional<Response>> make_response();
  io::Task<Result<Response>> ask_router();
  std::optional<Response> response_to_broken_body(const Error& failure) const;
  std::optional<Response> response_to(const Error& error);
  void finish(Response& response);
  bool may_keep(const Response& response) const;
  io::Task<bool> send(Response& response, bool keep);
  io::Task<> refuse(const RefusalText& text);
  io::Task<> linger();
  void rest();
  void report(int status, bool is_complete);

  Lane& lane_;
  const Config& config_;
  std::string peer_;
  Wire wire_;
  RequestParser parser_;
  Request request_;
  BodyReader body_;
  ResponseWriter writer_;
  std::stop_source stop_;  ///< of whatever request runs: none outlives its connection
  bool is_idle_ = true;
  std::chrono::steady_clock::time_point begin_;
  std::uint64_t sent_before_ = 0;
};

}  // namespace holdall::http
