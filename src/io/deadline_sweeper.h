#pragma once
// Deadlines of many connections with one timer: arming one is a store to memory, no system call and no heap.
//
// A connection changes its deadline several times per request and almost none of them ever passes; so each io thread
// looks through its connections a few times a second instead of keeping a timer for each. A deadline is noticed up to
// one tick late, never early.
#include <chrono>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/context.h"

namespace holdall::io {

/// Belongs to the thread of its io_context, as do all its watches; outlives them, and dies on that thread or after it.
class DeadlineSweeper {
 public:
  /// Something that waits. Inherit and implement on_deadline; it is called at most once per armed deadline.
  class Watch {
   public:
    explicit Watch(DeadlineSweeper& sweeper) : sweeper_(sweeper) { sweeper_.add(*this); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void arm(Deadline deadline) { deadline_ = deadline; }
    void disarm() { deadline_ = Deadline::max(); }

   protected:
    virtual ~Watch() { sweeper_.remove(*this); }
    /// Ends the wait, for instance by cancelling the operation. Must not destroy a watch before it returns.
    virtual void on_deadline() = 0;

   private:
    friend class DeadlineSweeper;
    DeadlineSweeper& sweeper_;
    Deadline deadline_ = Deadline::max();
    Watch* next_ = nullptr;
    Watch* previous_ = nullptr;
  };

  static constexpr std::chrono::milliseconds kTick{250};  ///< late by 2.5 % of the shortest default deadline (10 s)

  explicit DeadlineSweeper(boost::asio::io_context& context, std::chrono::milliseconds tick = kTick);
  DeadlineSweeper(const DeadlineSweeper&) = delete;
  DeadlineSweeper& operator=(const DeadlineSweeper&) = delete;

 private:
  void add(Watch& watch);
  void remove(Watch& watch);
  void schedule();
  void sweep();

  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      timer_;
  const std::chrono::milliseconds tick_;
  /// A wait that was cancelled reports back later, perhaps after this object is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool scheduled_ = false;  ///< an idle thread is not woken: the timer runs only while there are watches
  Watch* first_ = nullptr;
};

}  // namespace holdall::io
