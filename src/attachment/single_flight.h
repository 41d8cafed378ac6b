#pragma once
// Of those who want the same thing at the same time one makes it; the others wait and find it made.
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "io/event.h"

namespace holdall::attachment {

/// Any thread; outlives its flights.
class SingleFlight {
 public:
  /// Ends at its death, however that comes about: those who wait then look again, and the first becomes the leader.
  class Leader {
   public:
    Leader(Leader&& other) noexcept : flights_(std::exchange(other.flights_, nullptr)), key_(std::move(other.key_)) {}
    Leader& operator=(Leader&&) = delete;
    ~Leader() {
      if (flights_ != nullptr) flights_->land(key_);
    }

   private:
    friend class SingleFlight;
    Leader(SingleFlight& flights, std::string key) : flights_(&flights), key_(std::move(key)) {}

    SingleFlight* flights_;
    std::string key_;
  };

  /// The flight of that key: led by the caller when `leader` is there, else to be waited for.
  struct Seat {
    std::optional<Leader> leader;
    std::shared_ptr<io::Event> landed;
  };

  Seat join(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto [flight, is_new] = flights_.try_emplace(key);
    if (!is_new) return {.leader = {}, .landed = flight->second};
    flight->second = std::make_shared<io::Event>();
    return {.leader = Leader(*this, key), .landed = flight->second};
  }

 private:
  void land(const std::string& key) {
    std::shared_ptr<io::Event> landed;
    {
      const std::lock_guard lock(mutex_);
      landed = std::move(flights_.extract(key).mapped());
    }
    landed->set();
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<io::Event>> flights_;
};

}  // namespace holdall::attachment
