#pragma once
// How many connections may be open: in all, and from one client.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace holdall::http {

/// Safe from any thread; one lock per accepted connection, none per request.
class ConnectionCaps : public std::enable_shared_from_this<ConnectionCaps> {
 public:
  enum class Verdict : std::uint8_t { Admitted, ServerFull, ClientFull };

  /// A place among the open connections; given back when it dies.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&& other) noexcept;
    ~Place();

   private:
    friend class ConnectionCaps;
    Place(std::shared_ptr<ConnectionCaps> caps, std::string client)
        : caps_(std::move(caps)), client_(std::move(client)) {}
    std::shared_ptr<ConnectionCaps> caps_;
    std::string client_;
  };

  static std::shared_ptr<ConnectionCaps> create(std::uint32_t total, std::uint32_t per_client);

  /// Sets `place` when admitted.
  Verdict admit(const boost::asio::ip::address& client, Place& place);

  /// Waits until no place is taken; false when that took too long. Not from an io thread.
  bool wait_until_empty(std::chrono::milliseconds timeout);

  std::size_t open() const;

 private:
  ConnectionCaps(std::uint32_t total, std::uint32_t per_client) : total_(total), per_client_(per_client) {}
  void release(const std::string& client);

  const std::uint32_t total_;
  const std::uint32_t per_client_;
  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::uint32_t open_ = 0;
  std::map<std::string, std::uint32_t> clients_;
};

/// Whom an address stands for: an IPv4 address itself (mapped into IPv6 or not), of an IPv6 address the /64 network,
/// since a single host commonly owns all of it.
std::string client_key(const boost::asio::ip::address& address);

}  // namespace holdall::http
