#include "media/pool.h"

#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/sync_wait.h"

namespace holdall::media {
namespace {

using namespace std::chrono_literals;
using protocol::Attempt;
using protocol::Layer;
using protocol::OwnedDescriptor;
using protocol::Profile;

#if __has_feature(address_sanitizer)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

bool has(std::uint32_t layers, Layer layer) { return (layers & static_cast<std::uint32_t>(layer)) != 0; }

// A picture of one pixel (PNG, RFC 2083), made by hand.
constexpr unsigned char kPixel[] = {0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',
                                    'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,
                                    0,    0x3a, 0x7e, 0x9b, 0x55, 0,    0,    0,    10,   'I',  'D',  'A',  'T',  0x78,
                                    0x9c, 0x63, 0x60, 0,    0,    0,    2,    0,    1,    0x48, 0xaf, 0xa4, 0x71, 0,
                                    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};

OwnedDescriptor file_with(std::span<const unsigned char> bytes) {
  OwnedDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return file;
}

std::size_t open_descriptors() {
  std::error_code error;
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd", error), {}));
}

class PoolTest : public ::testing::Test {
 protected:
  Pool& pool() {
    if (!pool_) {
      auto started = Pool::start(config_);
      if (!started) throw std::runtime_error(describe(started.error()));
      pool_ = std::move(*started);
    }
    return *pool_;
  }

  Result<bool> probe(Attempt attempt, Profile profile = Profile::Picture) {
    return io::sync_wait(pool().probe(attempt, profile, context_));
  }

  Result<std::unique_ptr<MadePicture>> make(const OwnedDescriptor& file, PictureType source = PictureType::Png) {
    return io::sync_wait(pool().make_picture(
        {.source = source, .target = PictureType::Png, .fit = Fit::Contain, .width = 200, .height = 200}, file.get(),
        Priority::Request, context_));
  }

  void expect_works() {
    const auto made = make(file_with(kPixel));
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ((*made)->width(), 1U);
    EXPECT_EQ((*made)->height(), 1U);
  }

  Config config_{.program = HOLDALL_MEDIA_PROGRAM, .concurrency = 2};
  Context context_;
  std::unique_ptr<Pool> pool_;
};

TEST_F(PoolTest, MakesAPicture) {
  auto made = make(file_with(kPixel));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_GT((*made)->size(), 0U);
  const auto piece = io::sync_wait((*made)->next());
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->size(), (*made)->size());
  EXPECT_EQ(std::to_integer<char>((*piece)[1]), 'P');
  EXPECT_TRUE(io::sync_wait((*made)->next())->empty());
}

TEST_F(PoolTest, SaysWhichLayersHold) {
  const std::uint32_t layers = pool().layers();
  EXPECT_TRUE(has(layers, Layer::Seccomp));
  EXPECT_TRUE(has(layers, Layer::Limits));
  EXPECT_TRUE(has(layers, Layer::Identity));
}

// Promise 8: no file can read anything of the server, start anything, or speak to anybody.
TEST_F(PoolTest, Promise8NothingThatAnAttackerWantsWorks) {
  for (const Attempt attempt : {Attempt::OpenFile, Attempt::Connect, Attempt::Execute, Attempt::Fork, Attempt::Trace,
                                Attempt::ReadEnvironment, Attempt::WriteMuch, Attempt::SignalByDescriptor}) {
    for (const Profile profile : {Profile::Picture, Profile::Document}) {
      const auto worked = probe(attempt, profile);
      ASSERT_TRUE(worked) << describe(worked.error());
      EXPECT_FALSE(*worked) << "attempt " << static_cast<int>(attempt) << " as " << static_cast<int>(profile);
    }
  }
  expect_works();
}

TEST_F(PoolTest, Promise8NoFileCanEatTheMemory) {
  if (kIsSanitized) GTEST_SKIP() << "a sanitized process has no limit of its address space";
  const auto worked = probe(Attempt::EatMemory);
  ASSERT_TRUE(worked) << describe(worked.error());
  EXPECT_FALSE(*worked);
}

// Promise 8: what crashes or hangs fails its own job, and nobody else's.
TEST_F(PoolTest, Promise8CrashesAndHangsFailAlone) {
  config_.timeout = 1s;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(probe(Attempt::Crash), false);
    EXPECT_EQ(probe(Attempt::Hang), false);
  }
  expect_works();
  EXPECT_EQ(pool().figures().crashed, 6U);
  EXPECT_EQ(pool().figures().restarts, 0U);
}

TEST_F(PoolTest, TellsWhatIsWrongWithAFile) {
  const auto not_jpeg = make(file_with(kPixel), PictureType::Jpeg);
  ASSERT_FALSE(not_jpeg);
  EXPECT_EQ(not_jpeg.error().code, kPictureUnreadable);
  EXPECT_EQ(not_jpeg.error().kind, ErrorKind::Unprocessable);
  const auto broken = make(file_with(std::span(kPixel).first(20)));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, kPictureUnreadable);
  const auto empty = make(file_with({}));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, kPictureUnreadable);
}

TEST_F(PoolTest, StartsTheMediaProcessAgainWhenItDies) {
  expect_works();
  std::this_thread::sleep_for(1100ms);  // right after its start it would not be tried again
  const pid_t before = pool().pid();
  ASSERT_EQ(::kill(before, SIGKILL), 0);
  expect_works();
  EXPECT_NE(pool().pid(), before);
  EXPECT_EQ(pool().figures().restarts, 1U);
}

TEST_F(PoolTest, KeepsNoDescriptorOfAJob) {
  expect_works();
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    expect_works();
    static_cast<void>(probe(Attempt::Crash));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(PoolTest, RefusesToStartWithoutItsProgram) {
  config_.program = "/nowhere/holdall-media";
  const auto started = Pool::start(config_);
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().message.contains("/nowhere/holdall-media"));
  EXPECT_TRUE(started.error().message.contains("media.program"));
  config_.program = "/bin/true";  // of another kind altogether
  EXPECT_FALSE(Pool::start(config_));
}

TEST_F(PoolTest, ReadsAText) {
  constexpr std::string_view kText = "Sehr geehrte Damen und Herren,\nanbei die Rechnung.";
  const OwnedDescriptor file = file_with({reinterpret_cast<const unsigned char*>(kText.data()), kText.size()});
  const TextRequest request{.source = TextType::Plain, .most_pages = 10, .most_bytes = 1000};
  const auto made = io::sync_wait(pool().read_text(request, file.get(), Priority::Background, context_));
  ASSERT_TRUE(made) << describe(made.error());
  const auto page = (*made)->next();
  ASSERT_TRUE(page && *page);
  EXPECT_EQ((*page)->text, kText);
  EXPECT_FALSE(*(*made)->next());
}

TEST_F(PoolTest, LooksIntoOneFileSeveralTimesAtOnce) {
  pool();
  const OwnedDescriptor file = file_with(kPixel);
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 25; ++round)
        made += make(file).has_value() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(made, 100);
}

TEST_F(PoolTest, TellsWhatIsWrongWithAText) {
  const TextRequest request{.source = TextType::Pdf, .most_pages = 10, .most_bytes = 1000};
  const auto made = io::sync_wait(pool().read_text(request, file_with(kPixel).get(), Priority::Request, context_));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, kTextUnreadable);
  const RecognitionRequest letters{.source = PictureType::Png, .page = 1, .languages = "xyz"};
  const auto none = io::sync_wait(pool().recognise(letters, file_with(kPixel).get(), Priority::Request, context_));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, kLanguageMissing);
}

// Promise 9: who would wait behind too many is told so at once.
TEST_F(PoolTest, Promise9TheQueueIsBounded) {
  config_.concurrency = 1;
  config_.queue = 1;
  config_.timeout = 2s;
  std::vector<std::thread> threads;
  std::atomic<int> overloaded = 0, refused = 0;
  pool();
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto outcome = probe(Attempt::Hang);
      if (outcome) ++refused;
      if (!outcome && outcome.error().kind == ErrorKind::Overloaded) ++overloaded;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(overloaded, 2);
}

TEST_F(PoolTest, WaitsForATurnNoLongerThanTheDeadline) {
  config_.concurrency = 1;
  config_.timeout = 2s;
  pool();
  std::thread first([&] { static_cast<void>(probe(Attempt::Hang)); });
  std::this_thread::sleep_for(200ms);
  const Context hurried{.request_id = "hurried", .deadline = std::chrono::steady_clock::now() + 50ms, .stop = {}};
  const auto outcome = io::sync_wait(pool().probe(Attempt::OpenFile, Profile::Picture, hurried));
  first.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::Timeout);
}

}  // namespace
}  // namespace holdall::media
