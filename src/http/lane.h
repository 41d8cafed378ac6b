#pragma once
// What the connections of one io thread share.
#include <memory>
#include <unordered_set>

#include <spdlog/logger.h>

#include <boost/asio/io_context.hpp>

#include "http/config.h"
#include "http/cors.h"
#include "http/date_field.h"
#include "http/observer.h"
#include "http/request_ids.h"
#include "http/router.h"
#include "io/byte_stream.h"
#include "io/deadline_sweeper.h"

namespace holdall::http {

class Session;

/// What a server is made of; the same for all lanes, immutable while it runs, outlives it.
struct Service {
  Config config;
  const Router* router = nullptr;
  Cors cors{{}};
  std::shared_ptr<spdlog::logger> logger;
  Observer* observer = nullptr;  ///< may be null
};

/// Touched by its own thread alone, from the first connection to the last.
struct Lane {
  Lane(boost::asio::io_context& io_context, std::shared_ptr<const Service> shared, std::chrono::milliseconds tick)
      : context(io_context), service_owner(std::move(shared)), service(*service_owner), sweeper(io_context, tick) {}

  boost::asio::io_context& context;
  const std::shared_ptr<const Service> service_owner;
  const Service& service;
  io::DeadlineSweeper sweeper;
  DateField date;
  RequestIds ids;
  bool is_draining = false;
  std::unordered_set<Session*> sessions;
  std::unordered_set<io::ByteStream*> handshakes;  ///< connections that have no session yet

  /// No request is begun any more: connections between two requests end now, the others after their answer.
  void drain();
  /// Ends every connection where it stands.
  void cut();
};

}  // namespace holdall::http
