#pragma once
// The engine that works in children of holdall-media: starts it, starts it again when it dies, and gives it no more at
// a time than the machine has processors.
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "io/blocking_pool.h"
#include "media/config.h"
#include "media/engine.h"
#include "media/media_process.h"
#include "media/turns.h"

namespace holdall::media {

class Pool final : public Engine {
 public:
  /// Starts the program (`config.program`, or holdall-media beside this one) and says in the log which layers hold.
  /// Unavailable with one sentence for the operator when it does not start, or when config.sandbox is Strict and
  /// seccomp or the limits do not hold. Blocks; for the start of a program.
  static Result<std::unique_ptr<Pool>> start(const Config& config);

  io::Task<Result<std::unique_ptr<MadePicture>>> make_picture(PictureRequest request, int file, Priority priority,
                                                              const Context& context) override;

  io::Task<Result<std::unique_ptr<MadeText>>> read_text(TextRequest request, int file, Priority priority,
                                                        const Context& context) override;
  io::Task<Result<std::unique_ptr<MadeText>>> recognise(RecognitionRequest request, int file, Priority priority,
                                                        const Context& context) override;

  /// The self-test: true when a child managed what it must not (protocol::Attempt).
  io::Task<Result<bool>> probe(protocol::Attempt attempt, protocol::Profile profile, const Context& context);

  struct Figures {
    std::uint64_t jobs = 0;      ///< that ended, well or not
    std::uint64_t failed = 0;    ///< of these: files that could not be read
    std::uint64_t crashed = 0;   ///< of these: children that died or were killed
    std::uint64_t restarts = 0;  ///< of the media process
    std::size_t waiting = 0;
  };
  Figures figures() const;
  std::uint32_t layers() const;
  pid_t pid() const;

 private:
  struct Finished {
    protocol::Reply reply;
    protocol::OwnedDescriptor output;
    std::uint64_t size = 0;
  };
  using Process = std::shared_ptr<MediaProcess>;

  Pool(Config config, Process process);

  protocol::Limits limits(std::chrono::seconds timeout) const;
  io::Task<Result<std::unique_ptr<MadeText>>> make_text(const protocol::Request& request, int file, Priority priority,
                                                        const Context& context);
  /// Waits for a turn, runs the job in a child, and judges how it ended.
  io::Task<Result<Finished>> run(const protocol::Request& request, int input, Priority priority,
                                 const Context& context);
  io::Task<Result<Finished>> run_once(Process process, const protocol::Request& request, int input,
                                      const Context& context);
  Result<Finished> judge(protocol::JobKind kind, const protocol::Exit& exit, int reply_pipe,
                         protocol::OwnedDescriptor output, const Context& context);
  Process current() const;
  /// Another one in place of `dead`, unless somebody was quicker.
  io::Task<Result<Process>> restart(Process dead);

  const Config config_;
  Turns turns_;
  mutable std::mutex mutex_;
  Process process_;
  std::chrono::steady_clock::time_point started_at_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> jobs_ = 0, failed_ = 0, crashed_ = 0, restarts_ = 0;
  io::BlockingPool starter_;
};

}  // namespace holdall::media
