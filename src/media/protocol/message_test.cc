#include "media/protocol/message.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdall::media::protocol {
namespace {

Request sound_request() {
  return {.limits = {.memory_bytes = 1 << 30, .output_bytes = 1 << 20, .cpu_seconds = 10, .wall_milliseconds = 20'000},
          .picture = {.source = PictureType::Png,
                      .target = PictureType::Webp,
                      .fit = Fit::Contain,
                      .width = 200,
                      .height = 200,
                      .quality = 80,
                      .max_pixels = 100'000'000}};
}

Request reading_letters(std::string_view languages) {
  Request request = sound_request();
  request.kind = JobKind::Recognition;
  request.recognition = {.source = PictureType::Tiff, .page = 1, .max_pixels = 100, .languages = {}};
  EXPECT_TRUE(set_languages(request.recognition, languages));
  return request;
}

Reply sound_reply() { return {.outcome = Outcome::Done, .width = 200, .height = 125}; }

TEST(Message, ComesOutAsItWentIn) {
  EXPECT_EQ(parse_hello(bytes_of(Hello{.layers = 5})), (Hello{.layers = 5}));
  EXPECT_EQ(parse_request(bytes_of(sound_request())), sound_request());
  EXPECT_EQ(parse_reply(bytes_of(sound_reply())), sound_reply());
  const Exit exit{.wait_status = 9, .was_killed = 1, .peak_bytes = 77};
  EXPECT_EQ(parse_exit(bytes_of(exit)), exit);
}

TEST(Message, RefusesEveryOtherSize) {
  const Request request = sound_request();
  const auto bytes = bytes_of(request);
  std::vector<std::byte> longer(bytes.begin(), bytes.end());
  longer.emplace_back();
  EXPECT_FALSE(parse_request(longer));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_request(bytes.first(size))) << size;
  EXPECT_FALSE(parse_reply({}));
  EXPECT_FALSE(parse_exit({}));
}

TEST(Message, RefusesAnotherVersion) {
  EXPECT_FALSE(parse_hello(bytes_of(Hello{.version = kVersion + 1})));
  Request request = sound_request();
  request.version = 0;
  EXPECT_FALSE(parse_request(bytes_of(request)));
}

TEST(Message, RefusesRequestsThatMeanNothing) {
  const std::vector<void (*)(Request&)> wrongs = {
      [](Request& r) { r.kind = static_cast<JobKind>(99); },
      [](Request& r) { r.limits.memory_bytes = 0; },
      [](Request& r) { r.limits.wall_milliseconds = 0; },
      [](Request& r) { r.picture.source = static_cast<PictureType>(0); },
      [](Request& r) { r.picture.target = PictureType::Heic; },
      [](Request& r) { r.picture.fit = static_cast<Fit>(9); },
      [](Request& r) { r.picture.width = 0; },
      [](Request& r) { r.picture.quality = 101; },
      [](Request& r) { r.picture.max_pixels = 0; },
      [](Request& r) { r.picture.page = 0; },
      [](Request& r) { r.picture.target = PictureType::Pdf; },
      [](Request& r) { r.profile = static_cast<Profile>(0); },
      [](Request& r) { r.urgency = static_cast<Urgency>(3); },
      [](Request& r) { r.kind = JobKind::Text, r.text = {}; },
      [](Request& r) { r.kind = JobKind::Text, r.text = {static_cast<TextType>(99), 1, 1}; },
      [](Request& r) { r.kind = JobKind::Recognition, r.recognition = {}; },
      [](Request& r) { r = reading_letters("eng"), r.recognition.languages[1] = '/'; },
  };
  for (std::size_t i = 0; i < wrongs.size(); ++i) {
    Request request = sound_request();
    wrongs[i](request);
    EXPECT_FALSE(parse_request(bytes_of(request))) << i;
  }
}

// Promise 8: what a child says is taken for what a stranger says.
TEST(Message, Promise8BelievesNoReplyThatCannotBe) {
  for (const std::uint32_t outcome : {0U, 8U, 0xffffffffU}) {
    Reply reply = sound_reply();
    reply.outcome = static_cast<Outcome>(outcome);
    EXPECT_FALSE(parse_reply(bytes_of(reply))) << outcome;
  }
}

TEST(Message, NamesLanguagesAsTheyAreNamedOnDisk) {
  const Request request = reading_letters("deu+chi_sim");
  EXPECT_EQ(parse_request(bytes_of(request)), request);
  EXPECT_EQ(languages_of(request.recognition), "deu+chi_sim");
  RecognitionOrder order;
  for (const std::string& wrong : {std::string("../eng"), std::string("eng deu"), std::string(65, 'e')})
    EXPECT_FALSE(set_languages(order, wrong)) << wrong;
  EXPECT_EQ(languages_of(order), "");
}

TEST(Message, AReasonIsPrintableHoweverItWasWritten) {
  Reply reply = sound_reply();
  reply.reason.fill('\x1b');
  const auto parsed = parse_reply(bytes_of(reply));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(reason_of(*parsed), std::string(reply.reason.size(), '?'));
  set_reason(reply, "line\nbreak " + std::string(500, 'x'));
  EXPECT_TRUE(reason_of(reply).starts_with("line?break x"));
  EXPECT_EQ(reason_of(reply).size(), reply.reason.size());
}

}  // namespace
}  // namespace holdall::media::protocol
