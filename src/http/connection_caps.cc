#include "http/connection_caps.h"

namespace holdall::http {
namespace {

namespace ip = boost::asio::ip;

}  // namespace

std::string client_key(const ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  for (std::size_t i = 8; i < bytes.size(); ++i)
    bytes[i] = 0;
  return ip::address_v6(bytes).to_string() + "/64";
}

std::shared_ptr<ConnectionCaps> ConnectionCaps::create(std::uint32_t total, std::uint32_t per_client) {
  return std::shared_ptr<ConnectionCaps>(new ConnectionCaps(total, per_client));
}

ConnectionCaps::Place& ConnectionCaps::Place::operator=(Place&& other) noexcept {
  std::swap(caps_, other.caps_);
  std::swap(client_, other.client_);
  return *this;
}

ConnectionCaps::Place::~Place() {
  if (caps_) caps_->release(client_);
}

ConnectionCaps::Verdict ConnectionCaps::admit(const ip::address& client, Place& place) {
  std::string key = client_key(client);
  {
    const std::lock_guard lock(mutex_);
    if (open_ >= total_) return Verdict::ServerFull;
    std::uint32_t& of_client = clients_[key];
    if (of_client >= per_client_) return Verdict::ClientFull;
    ++of_client;
    ++open_;
  }
  place = Place(shared_from_this(), std::move(key));
  return Verdict::Admitted;
}

void ConnectionCaps::release(const std::string& client) {
  const std::lock_guard lock(mutex_);
  const auto found = clients_.find(client);
  if (found != clients_.end() && --found->second == 0) clients_.erase(found);
  if (--open_ == 0) emptied_.notify_all();
}

bool ConnectionCaps::wait_until_empty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, timeout, [this] { return open_ == 0; });
}

std::size_t ConnectionCaps::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace holdall::http
