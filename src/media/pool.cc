#include "media/pool.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace holdall::media {
namespace {

constexpr std::uint64_t kLargestOutput = std::uint64_t{64} << 20;
constexpr std::uint32_t kQuality = 80;
constexpr std::uint32_t kAvifQuality = 60;  // looks like 80 of the others
// The zygote ends a child at its time; should it not, nobody waits for ever.
constexpr std::chrono::seconds kZygoteDelay{5};
constexpr std::chrono::seconds kBetweenStarts{1};
constexpr auto kIndispensable =
    static_cast<std::uint32_t>(protocol::Layer::Seccomp) | static_cast<std::uint32_t>(protocol::Layer::Limits);

std::filesystem::path program_of(const Config& config) {
  if (!config.program.empty()) return config.program;
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "holdall-media";
}

Result<std::shared_ptr<MediaProcess>> start_process(const Config& config) {
  HOLDALL_TRY(std::shared_ptr<MediaProcess> process, MediaProcess::start(program_of(config)));
  if ((process->layers() & kIndispensable) == kIndispensable) return process;
  const std::string missing =
      "The sandbox of holdall-media does not hold here (it has: " + names_of_layers(process->layers()) + ")";
  if (config.sandbox == Strictness::Strict) {
    return fail(ErrorKind::Unavailable, "sandbox-missing",
                missing + "; allow seccomp, set media.sandbox to best-effort, or media.enabled to false.");
  }
  spdlog::warn("media: {}", missing);
  return process;
}

struct Pipe {
  protocol::OwnedDescriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail(error_from_errno(errno, "pipe for holdall-media"));
  return Pipe{protocol::OwnedDescriptor(ends[0]), protocol::OwnedDescriptor(ends[1])};
}

// Opened once more, so that it has a position of its own: children that look into one file at the same time would move
// each other's.
Result<protocol::OwnedDescriptor> open_again(int file) {
  const std::string name = "/proc/self/fd/" + std::to_string(file);
  protocol::OwnedDescriptor again(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!again.is_open()) return fail(error_from_errno(errno, "open " + name + " for holdall-media"));
  return again;
}

Result<protocol::OwnedDescriptor> make_output() {
  protocol::OwnedDescriptor output(::memfd_create("holdall-output", MFD_CLOEXEC));
  if (!output.is_open()) return fail(error_from_errno(errno, "memfd for holdall-media"));
  return output;
}

// The Exit that the zygote writes when the child is gone; nothing when the zygote itself is gone.
io::Task<std::optional<protocol::Exit>> wait_for_exit(protocol::OwnedDescriptor pipe,
                                                      std::chrono::milliseconds longest) {
  using Stream = io::asio::posix::stream_descriptor;
  const auto executor = co_await io::asio::this_coro::executor;
  const auto stream = std::make_shared<Stream>(executor, pipe.release());
  io::asio::steady_timer timer(executor, longest);
  timer.async_wait([stream](const boost::system::error_code& error) {
    if (!error) stream->cancel();
  });
  std::array<std::byte, sizeof(protocol::Exit)> bytes;
  const auto [error, count] = co_await stream->async_read_some(io::asio::buffer(bytes), io::kAsTuple);
  timer.cancel();
  if (error) co_return std::nullopt;
  co_return protocol::parse_exit(std::span(bytes).first(count));
}

std::optional<protocol::Reply> read_reply(int pipe) {
  std::array<std::byte, sizeof(protocol::Reply) + 1> bytes;  // one more: what is longer is no reply
  const ssize_t count = ::read(pipe, bytes.data(), bytes.size());
  if (count <= 0) return std::nullopt;
  return protocol::parse_reply(std::span(bytes).first(static_cast<std::size_t>(count)));
}

std::string describe_end(const protocol::Exit& exit) {
  if (exit.was_killed != 0) return "its time was over";
  if (WIFSIGNALED(exit.wait_status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(exit.wait_status));
    return std::string("signal ") + (name != nullptr ? name : "?");
  }
  return "exit code " + std::to_string(WEXITSTATUS(exit.wait_status));
}

bool ran_out(const protocol::Exit& exit) {
  if (exit.was_killed != 0) return true;
  if (!WIFSIGNALED(exit.wait_status)) return WEXITSTATUS(exit.wait_status) == protocol::kOutOfMemoryExit;
  const int signal = WTERMSIG(exit.wait_status);
  return signal == SIGXCPU || signal == SIGXFSZ || signal == SIGKILL;
}

bool is_picture(protocol::JobKind kind) {
  return kind == protocol::JobKind::Picture || kind == protocol::JobKind::Probe;
}

Failure unreadable(protocol::JobKind kind, std::string internal) {
  return fail(file_error(is_picture(kind) ? kPictureUnreadable : kTextUnreadable, std::move(internal)));
}

Failure too_costly(protocol::JobKind kind, std::string internal) {
  return fail(file_error(is_picture(kind) ? kPictureTooCostly : kTextTooCostly, std::move(internal)));
}

Failure unsupported(protocol::JobKind kind, std::string reason) {
  if (kind == protocol::JobKind::Recognition) return fail(file_error(kLanguageMissing, std::move(reason)));
  return fail(ErrorKind::Unsupported, is_picture(kind) ? "picture-type-unsupported" : "text-type-unsupported",
              "This build has no engine for files of that type.", std::move(reason));
}

protocol::Urgency urgency_of(Priority priority) {
  return priority == Priority::Request ? protocol::Urgency::Awaited : protocol::Urgency::Background;
}

Failure refusal_of(protocol::JobKind kind, const protocol::Reply& reply) {
  const std::string reason(reason_of(reply));
  switch (reply.outcome) {
    case protocol::Outcome::TooLarge: return fail(file_error(kPictureTooLarge, reason));
    case protocol::Outcome::Failed: return too_costly(kind, reason);
    case protocol::Outcome::Locked: return fail(file_error(kDocumentLocked, reason));
    case protocol::Outcome::NoSuchPage:
      return fail(ErrorKind::NotFound, "no-such-page", "The file has no such page.", reason);
    case protocol::Outcome::Unsupported: return unsupported(kind, reason);
    case protocol::Outcome::Unreadable:
    case protocol::Outcome::Done: break;
  }
  return unreadable(kind, reason);
}

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

Pool::Pool(Config config, Process process)
    : config_(std::move(config)),
      turns_(config_.concurrency == 0 ? processors() : config_.concurrency, config_.queue),
      process_(std::move(process)),
      starter_("media-start", {.threads = 1, .queue = 64}) {}

Result<std::unique_ptr<Pool>> Pool::start(const Config& config) {
  HOLDALL_TRY(Process process, start_process(config));
  spdlog::info("media: files are looked into by process {}; its sandbox: {}", process->pid(),
               names_of_layers(process->layers()));
  return std::unique_ptr<Pool>(new Pool(config, std::move(process)));
}

Pool::Process Pool::current() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

std::uint32_t Pool::layers() const { return current()->layers(); }
pid_t Pool::pid() const { return current()->pid(); }

Pool::Figures Pool::figures() const { return {jobs_, failed_, crashed_, restarts_, turns_.waiting()}; }

protocol::Limits Pool::limits(std::chrono::seconds timeout) const {
  return {.memory_bytes = config_.memory,
          .output_bytes = kLargestOutput,
          .cpu_seconds = static_cast<std::uint32_t>(timeout.count()),
          .wall_milliseconds = static_cast<std::uint32_t>(std::chrono::milliseconds(timeout).count())};
}

io::Task<Result<std::unique_ptr<MadePicture>>> Pool::make_picture(PictureRequest request, int file, Priority priority,
                                                                  const Context& context) {
  const protocol::Request message{
      .kind = protocol::JobKind::Picture,
      .limits = limits(config_.timeout),
      .picture = {.source = request.source,
                  .target = request.target,
                  .fit = request.fit,
                  .width = request.width,
                  .height = request.height,
                  .page = request.page,
                  .quality = request.target == PictureType::Avif ? kAvifQuality : kQuality,
                  .max_pixels = config_.max_pixels},
      .profile = request.source == PictureType::Pdf ? protocol::Profile::Document : protocol::Profile::Picture,
      .urgency = urgency_of(priority)};
  HOLDALL_CO_TRY(Finished finished, co_await run(message, file, priority, context));
  if (finished.size == 0 || finished.reply.width == 0 || finished.reply.height == 0)
    co_return unreadable(message.kind, "no picture came");
  co_return std::make_unique<MadePicture>(std::move(finished.output), finished.size, finished.reply);
}

io::Task<Result<std::unique_ptr<MadeText>>> Pool::read_text(TextRequest request, int file, Priority priority,
                                                            const Context& context) {
  const protocol::Request message{
      .kind = protocol::JobKind::Text,
      .limits = limits(config_.timeout),
      .text = {.source = request.source, .most_pages = request.most_pages, .most_bytes = request.most_bytes},
      .profile = request.source == TextType::Pdf ? protocol::Profile::Document : protocol::Profile::Picture,
      .urgency = urgency_of(priority)};
  co_return co_await make_text(message, file, priority, context);
}

io::Task<Result<std::unique_ptr<MadeText>>> Pool::recognise(RecognitionRequest request, int file, Priority priority,
                                                            const Context& context) {
  protocol::Request message{
      .kind = protocol::JobKind::Recognition,
      .limits = limits(config_.recognition_timeout),
      .recognition = {.source = request.source, .page = request.page, .max_pixels = config_.max_pixels},
      .profile = protocol::Profile::Document,
      .urgency = urgency_of(priority)};
  if (!set_languages(message.recognition, request.languages)) co_return unsupported(message.kind, "no such names");
  co_return co_await make_text(message, file, priority, context);
}

io::Task<Result<std::unique_ptr<MadeText>>> Pool::make_text(const protocol::Request& request, int file,
                                                            Priority priority, const Context& context) {
  HOLDALL_CO_TRY(Finished finished, co_await run(request, file, priority, context));
  co_return std::make_unique<MadeText>(std::move(finished.output), finished.size, finished.reply);
}

io::Task<Result<bool>> Pool::probe(protocol::Attempt attempt, protocol::Profile profile, const Context& context) {
  HOLDALL_CO_TRY(const protocol::OwnedDescriptor input, make_output());
  const protocol::Request message{.kind = protocol::JobKind::Probe,
                                  .limits = limits(config_.timeout),
                                  .picture = {},
                                  .text = {},
                                  .recognition = {},
                                  .attempt = attempt,
                                  .profile = profile};
  const auto finished = co_await run(message, input.get(), Priority::Request, context);
  if (finished) co_return true;
  if (finished.error().kind == ErrorKind::Unprocessable) co_return false;
  co_return fail(Error(finished.error()));
}

io::Task<Result<Pool::Finished>> Pool::run(const protocol::Request& request, int input, Priority priority,
                                           const Context& context) {
  HOLDALL_CO_TRY(const Turns::Turn turn, co_await turns_.take(priority, context));
  Process process = current();
  auto finished = co_await run_once(process, request, input, context);
  if (!finished && finished.error().kind == ErrorKind::Unavailable) {
    // Once more: it was not this file that the process died of, or it will die again.
    HOLDALL_CO_TRY(process, co_await restart(std::move(process)));
    finished = co_await run_once(std::move(process), request, input, context);
  }
  ++jobs_;
  if (!finished) ++failed_;
  co_return finished;
}

io::Task<Result<Pool::Finished>> Pool::run_once(Process process, const protocol::Request& request, int input,
                                                const Context& context) {
  HOLDALL_CO_TRY(Pipe reply, make_pipe());
  HOLDALL_CO_TRY(Pipe exit, make_pipe());
  HOLDALL_CO_TRY(protocol::OwnedDescriptor output, make_output());
  {
    HOLDALL_CO_TRY(protocol::OwnedDescriptor own_input, open_again(input));
    protocol::JobDescriptors job{.input = std::move(own_input),
                                 .output = protocol::OwnedDescriptor(::fcntl(output.get(), F_DUPFD_CLOEXEC, 0)),
                                 .reply = std::move(reply.write),
                                 .exit = std::move(exit.write)};
    if (!job.output.is_open()) co_return fail(error_from_errno(errno, "dup for holdall-media"));
    if (!process->send(request, job))
      co_return fail(ErrorKind::Unavailable, "media-away", "The server cannot look into files just now.");
  }
  const auto longest = std::chrono::milliseconds(request.limits.wall_milliseconds) + kZygoteDelay;
  const auto ended = co_await wait_for_exit(std::move(exit.read), longest);
  if (!ended)
    co_return fail(ErrorKind::Unavailable, "media-away", "The server cannot look into files just now.",
                   "holdall-media did not tell how a job ended");
  co_return judge(request.kind, *ended, reply.read.get(), std::move(output), context);
}

Result<Pool::Finished> Pool::judge(protocol::JobKind kind, const protocol::Exit& exit, int reply_pipe,
                                   protocol::OwnedDescriptor output, const Context& context) {
  const bool ended_well = exit.was_killed == 0 && WIFEXITED(exit.wait_status) && WEXITSTATUS(exit.wait_status) == 0;
  if (!ended_well) {
    const std::string end = describe_end(exit);
    if (WIFEXITED(exit.wait_status) && WEXITSTATUS(exit.wait_status) == protocol::kNotSandboxedExit)
      return fail(internal_error("a child of holdall-media could not be sandboxed"));
    ++crashed_;
    spdlog::warn("media: request {}: a file ended the process that looked into it: {}", context.request_id, end);
    return ran_out(exit) ? too_costly(kind, end) : unreadable(kind, end);
  }
  const auto reply = read_reply(reply_pipe);
  if (!reply) return unreadable(kind, "no reply that can be");
  if (reply->outcome != protocol::Outcome::Done) return refusal_of(kind, *reply);
  struct stat status{};
  if (::fstat(output.get(), &status) != 0) return fail(error_from_errno(errno, "fstat of what a child made"));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > kLargestOutput) return unreadable(kind, "more output than allowed");
  return Finished{*reply, std::move(output), size};
}

io::Task<Result<Pool::Process>> Pool::restart(Process dead) {
  auto start_again = [this, gone = std::move(dead)]() mutable -> Result<Process> {
    {
      const std::lock_guard lock(mutex_);
      if (process_ != gone) return process_;
      if (std::chrono::steady_clock::now() - started_at_ < kBetweenStarts)
        return fail(ErrorKind::Unavailable, "media-away", "The server cannot look into files just now.",
                    "holdall-media died right after its start");
      started_at_ = std::chrono::steady_clock::now();
    }
    HOLDALL_TRY(Process fresh, start_process(config_));
    spdlog::warn("media: process {} is gone; files are looked into by process {} now", gone->pid(), fresh->pid());
    ++restarts_;
    const std::lock_guard lock(mutex_);
    process_ = fresh;
    return fresh;
  };
  co_return co_await starter_.run(std::move(start_again));
}

}  // namespace holdall::media
