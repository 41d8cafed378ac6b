#include "attachment/intake.h"

#include <deque>
#include <utility>

#include <gtest/gtest.h>

#include "attachment/gc.h"
#include "base/encoding.h"
#include "blob/testing/memory_store.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"

namespace holdall::attachment {
namespace {

// A body in the pieces given, or an error behind them.
class Pieces final : public io::ByteSource {
 public:
  explicit Pieces(std::deque<std::string> pieces, std::optional<Error> error = {})
      : pieces_(std::move(pieces)), error_(std::move(error)) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    if (pieces_.empty() && error_) co_return fail(Error(*error_));
    if (pieces_.empty()) co_return std::span<const std::byte>();
    piece_ = std::move(pieces_.front());
    pieces_.pop_front();
    co_return as_bytes(piece_);
  }
  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  std::deque<std::string> pieces_;
  std::optional<Error> error_;
  std::string piece_;
};

class IntakeTest : public ::testing::Test {
 protected:
  using Answer = Result<catalog::StoredAnswer>;

  std::unique_ptr<Intake> open(std::optional<std::string> key = {}, std::optional<std::uint64_t> bytes = {}) {
    auto intake = io::sync_wait(Intake::open(backends_, caller_, {"test", std::move(key), bytes}, context_));
    EXPECT_TRUE(intake) << describe(intake.error());
    return *std::move(intake);
  }

  Result<bool> try_take(Intake& intake, std::string name, std::deque<std::string> pieces) {
    Pieces source(std::move(pieces));
    return io::sync_wait(intake.take("default", {std::move(name), "", {}}, source));
  }

  bool take(Intake& intake, std::string name, std::deque<std::string> pieces) {
    const Result<bool> taken = try_take(intake, std::move(name), std::move(pieces));
    EXPECT_TRUE(taken) << describe(taken.error());
    return taken && *taken;
  }

  void abandon(Intake& intake) {
    io::sync_wait([](Intake& i) -> io::Task<int> {
      co_await i.abandon();
      co_return 0;
    }(intake));
  }

  Answer finish(Intake& intake, Properties properties = {}) {
    return io::sync_wait(intake.finish(std::move(properties), [](std::span<const IntakeItem> items) {
      std::string body;
      for (const IntakeItem& item : items)
        body += item ? item->filename + "#" + std::to_string(item->id.value) + " " : item.error().code + " ";
      return catalog::StoredAnswer{200, body};
    }));
  }

  Answer upload(std::string name, std::string text, std::optional<std::string> key = {}) {
    const auto intake = open(std::move(key));
    take(*intake, std::move(name), {std::move(text)});
    return finish(*intake);
  }

  catalog::Usage usage() { return *io::sync_wait(catalog_.usage(caller_.user, context_)); }

  ManualClock clock_{from_micros(1'795'000'000'000'000)};
  Config config_;
  catalog::testing::MemoryCatalog catalog_{clock_};
  blob::testing::MemoryStore store_;
  Reservations reservations_;
  Backends backends_{config_, catalog_, store_, clock_, reservations_, [](std::string_view) {}};
  Caller caller_{UserId{7}, "7"};
  Context context_;
};

TEST_F(IntakeTest, MakesARowForBytesThatAreStored) {
  const auto intake = open();
  ASSERT_TRUE(take(*intake, "a.txt", {"hel", "lo"}));
  EXPECT_EQ(finish(*intake)->body, "a.txt#1 ");
  const auto row = io::sync_wait(catalog_.find(caller_.user, AttachmentId{1}, context_));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->blob.size, 5u);
  EXPECT_EQ(row->blob.sha256, sha256(as_bytes("hello")));
  EXPECT_EQ(row->mime_type, "text/plain");
  EXPECT_EQ(store_.blob_count(), 1u);
  EXPECT_EQ(usage(), (catalog::Usage{5, 1}));
}

TEST_F(IntakeTest, ARefusedFileLeavesNothingAndDoesNotFailTheOthers) {
  const auto intake = open();
  EXPECT_TRUE(take(*intake, "a.txt", {"one"}));
  EXPECT_FALSE(take(*intake, "b.exe", {"MZ"}));
  EXPECT_EQ(intake->last_error().code, "file-type-not-allowed");
  EXPECT_FALSE(take(*intake, "c.png", {"no picture"}));
  EXPECT_TRUE(take(*intake, "d.txt", {"two"}));
  EXPECT_EQ(finish(*intake)->body, "a.txt#1 file-type-not-allowed type-mismatch d.txt#2 ");
  EXPECT_EQ(store_.blob_count(), 2u);
}

TEST_F(IntakeTest, CommitsNoRowForABlobThatGcMayTakeForAnOrphan) {
  static_assert(kLongestIntake + std::chrono::minutes(15) <= kShortestGrace);
  const auto slow = open();
  ASSERT_TRUE(take(*slow, "a.txt", {"one"}));
  clock_.advance(kLongestIntake - std::chrono::seconds(1));
  ASSERT_TRUE(take(*slow, "b.txt", {"two"}));
  EXPECT_EQ(finish(*slow)->body, "a.txt#1 b.txt#2 ");

  const auto slower = open();
  ASSERT_TRUE(take(*slower, "c.txt", {"one"}));
  clock_.advance(kLongestIntake);
  EXPECT_FALSE(take(*slower, "d.txt", {"two"}));
  EXPECT_EQ(slower->last_error().code, "upload-too-long");
  const Answer answer = finish(*slower);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "upload-too-long");
  EXPECT_EQ(store_.blob_count(), 2u);
  EXPECT_EQ(usage(), (catalog::Usage{6, 2}));
}

TEST_F(IntakeTest, ABodyThatBreaksOffLeavesNothing) {
  const auto intake = open();
  Pieces source({"half of"}, make_error(ErrorKind::InvalidArgument, "body-incomplete", "It broke off."));
  EXPECT_EQ(io::sync_wait(intake->take("default", {"a.txt", "", {}}, source)), false);
  abandon(*intake);
  EXPECT_EQ(store_.blob_count(), 0u);
  EXPECT_EQ(usage(), catalog::Usage{});
}

TEST_F(IntakeTest, UnknownCollectionNamesThoseThereAre) {
  const auto intake = open();
  Pieces source({"x"});
  EXPECT_EQ(io::sync_wait(intake->take("nope", {"a.txt", "", {}}, source)), false);
  EXPECT_EQ(intake->last_error().code, "unknown-collection");
}

// Promise 4: a retry with the same Idempotency-Key makes one file and counts quota once.
TEST_F(IntakeTest, Promise4TheSameKeyAndBodyMakeOneFile) {
  const Answer first = upload("a.txt", "hello", "key");
  const Answer again = upload("a.txt", "hello", "key");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(usage(), (catalog::Usage{5, 1}));
  EXPECT_EQ(store_.blob_count(), 1u);
}

TEST_F(IntakeTest, Promise4AnotherBodyUnderTheSameKeyIsRefused) {
  ASSERT_TRUE(upload("a.txt", "hello", "key"));
  for (const auto& [name, text] : {std::pair("a.txt", "hellO"), std::pair("b.txt", "hello")}) {
    const Answer other = upload(name, text, "key");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "idempotency-key-reused");
  }
  EXPECT_EQ(store_.blob_count(), 1u);
}

TEST_F(IntakeTest, Promise4TwoAtOnceMakeOneFile) {
  const auto one = open("key");
  const auto two = open("key");  // neither sees the other's answer yet
  take(*one, "a.txt", {"hello"});
  take(*two, "a.txt", {"hello"});
  const Answer first = finish(*one);
  const Answer second = finish(*two);
  ASSERT_TRUE(second) << describe(second.error());
  EXPECT_EQ(second->body, first->body);
  EXPECT_EQ(store_.blob_count(), 1u);
  EXPECT_EQ(usage(), (catalog::Usage{5, 1}));
}

// A repeat makes no rows, so it may be as slow as it likes.
TEST_F(IntakeTest, Promise4ASlowRepeatGetsItsAnswerToo) {
  const auto send = [this](std::chrono::minutes between) {
    const auto intake = open("key");
    take(*intake, "a.txt", {"one"});
    clock_.advance(between);
    take(*intake, "b.txt", {"two"});
    return finish(*intake);
  };
  const Answer first = send(std::chrono::minutes(0));
  const Answer again = send(kLongestIntake + std::chrono::minutes(1));
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(usage(), (catalog::Usage{6, 2}));
}

// What a file is does not change until the retry; what a store says may, so that is never part of an answer.
TEST_F(IntakeTest, Promise4RefusedFilesAreRepeatedAndPassingFailuresAreNotRemembered) {
  const auto send = [this] {
    const auto intake = open("key");
    take(*intake, "a.txt", {"one"});
    take(*intake, "b.exe", {"MZ"});
    Result<bool> last = try_take(*intake, "c.txt", {"three"});
    if (last) return finish(*intake);
    abandon(*intake);
    return Answer(fail(std::move(last).error()));
  };
  config_.quota_files = 1;
  const Answer refused = send();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::QuotaExceeded);
  EXPECT_EQ(usage(), catalog::Usage{});
  config_.quota_files = 0;
  const Answer first = send();
  ASSERT_TRUE(first) << describe(first.error());
  EXPECT_EQ(first->body, "a.txt#1 file-type-not-allowed c.txt#2 ");
  const Answer again = send();
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(usage(), (catalog::Usage{8, 2}));
}

TEST_F(IntakeTest, Promise4ARetryAfterItsExpiryGetsTheFirstAnswer) {
  const auto send = [this] {
    const auto intake = open("key");
    take(*intake, "a.txt", {"hello"});
    auto properties = intake->check({.expires_at = to_rfc3339(from_micros(1'795'000'001'000'000))});
    return properties ? finish(*intake, *std::move(properties)) : Answer(fail(std::move(properties).error()));
  };
  const Answer first = send();
  ASSERT_TRUE(first) << describe(first.error());
  clock_.advance(std::chrono::seconds(2));
  const Answer again = send();
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->body, first->body);
  const auto other = open("another-key");
  EXPECT_FALSE(other->check({.expires_at = to_rfc3339(clock_.now())}));
}

TEST_F(IntakeTest, AKeyIsForgottenAfterADay) {
  ASSERT_TRUE(upload("a.txt", "hello", "key"));
  clock_.advance(kAnswerLifetime + std::chrono::seconds(1));
  EXPECT_EQ(upload("a.txt", "other", "key")->body, "a.txt#2 ");
}

TEST_F(IntakeTest, WithAKeyTheAnswerIsRenderedOnceAndThatOneIsKept) {
  int rendered = 0;
  const auto send = [&] {
    const auto intake = open("key");
    take(*intake, "a.txt", {"hello"});
    return io::sync_wait(intake->finish({}, [&rendered](std::span<const IntakeItem>) {
      return catalog::StoredAnswer{200, "rendering " + std::to_string(++rendered)};
    }));
  };
  EXPECT_EQ(send()->body, "rendering 1");
  EXPECT_EQ(send()->body, "rendering 1");
  EXPECT_EQ(rendered, 1);
}

TEST_F(IntakeTest, PropertiesCountForEveryFileOfTheRequest) {
  Properties properties;
  properties.metadata = R"({"a":")" + std::string(10'000 - 8, 'm') + "\"}";
  properties.tags = {std::string(48, 't')};
  ASSERT_EQ(kMaxPropertyBytes / 10'048, 104u);
  for (const int files : {104, 105}) {
    const auto intake = open();
    for (int i = 0; i < files; ++i)
      take(*intake, "a.txt", {"x"});
    take(*intake, "refused.exe", {"MZ"});
    const Answer answer = finish(*intake, properties);
    EXPECT_EQ(answer.has_value(), files == 104);
    if (!answer) EXPECT_EQ(answer.error().code, "properties-too-large");
  }
  EXPECT_EQ(store_.blob_count(), 104u);
  EXPECT_EQ(usage(), (catalog::Usage{104, 104}));
}

TEST_F(IntakeTest, KeysThatAreNoKeysAreRefused) {
  for (const std::string& key : {std::string(), std::string("a b"), std::string(256, 'k'), std::string("\u00fc")}) {
    const auto intake = io::sync_wait(Intake::open(backends_, caller_, {"test", key, {}}, context_));
    ASSERT_FALSE(intake) << key;
    EXPECT_EQ(intake.error().code, "idempotency-key-invalid");
  }
}

TEST_F(IntakeTest, QuotaIsJudgedBeforeTheBody) {
  config_.quota_bytes = 10;
  const auto refused = io::sync_wait(Intake::open(backends_, caller_, {"test", {}, 11}, context_));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "quota-exceeded");
}

TEST_F(IntakeTest, QuotaIsJudgedAsBytesComeWhereTheyWereNotDeclared) {
  config_.quota_bytes = 10;
  const auto intake = open();
  const Result<bool> taken = try_take(*intake, "a.txt", {"123456", "789012"});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, "quota-exceeded");
  EXPECT_EQ(store_.blob_count(), 0u);
}

TEST_F(IntakeTest, QuotaOfFilesDoesNotCountThoseThatAreRefused) {
  config_.quota_files = 1;
  const auto intake = open();
  EXPECT_FALSE(take(*intake, "a.exe", {"MZ"}));
  EXPECT_FALSE(take(*intake, "b.png", {"no picture"}));
  EXPECT_TRUE(take(*intake, "c.txt", {"1"}));
  EXPECT_FALSE(take(*intake, "d.exe", {"MZ"}));
  EXPECT_EQ(finish(*intake)->body, "file-type-not-allowed type-mismatch c.txt#1 file-type-not-allowed ");
}

TEST_F(IntakeTest, QuotaOfFilesCountsThoseOfTheSameRequest) {
  config_.quota_files = 2;
  const auto intake = open();
  EXPECT_TRUE(take(*intake, "a.txt", {"1"}));
  EXPECT_TRUE(take(*intake, "b.txt", {"2"}));
  const Result<bool> third = try_take(*intake, "c.txt", {"3"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "quota-exceeded");
  abandon(*intake);
  EXPECT_EQ(store_.blob_count(), 0u);
}

// Promises 2 and 5: fails every call of store and catalog once; then nothing is half there and a retry completes.
TEST_F(IntakeTest, Promise5EveryFailureOfTheStoreLeavesNothingHalf) {
  for (std::uint64_t n = 1; n < 50; ++n) {
    store_.fail_call(n, ErrorKind::NoSpace);
    const auto intake = open();
    const Result<bool> taken = try_take(*intake, "a.txt", {"one", "two"});
    if (!store_.has_failed()) {
      ASSERT_EQ(taken, true);
      return;
    }
    ASSERT_FALSE(taken) << n;
    EXPECT_EQ(taken.error().kind, ErrorKind::NoSpace) << n;
    EXPECT_EQ(store_.blob_count(), 0u) << n;
    EXPECT_EQ(usage(), catalog::Usage{}) << n;
  }
  FAIL() << "the scenario never came to its end";
}

TEST_F(IntakeTest, Promise2ABlobWhoseRowSurelyFailedIsRemoved) {
  for (const ErrorKind kind : {ErrorKind::Overloaded, ErrorKind::Cancelled, ErrorKind::Timeout}) {
    const auto intake = open();
    take(*intake, "a.txt", {"hello"});
    catalog_.fail_call(1, kind);
    const Answer answer = finish(*intake);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, kind);
    EXPECT_EQ(store_.blob_count(), 0u);
  }
}

TEST_F(IntakeTest, Promise2ABlobWhoseRowMayExistStays) {
  const auto intake = open();
  take(*intake, "a.txt", {"hello"});
  catalog_.fail_call(1, ErrorKind::Unavailable);
  ASSERT_FALSE(finish(*intake));
  abandon(*intake);
  EXPECT_EQ(store_.blob_count(), 1u);
}

}  // namespace
}  // namespace holdall::attachment
