#include "http/media_type.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

TEST(MediaType, IsNormalised) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"text/plain", "text/plain"},
      {" Text/PLAIN\t", "text/plain"},
      {"text/html;charset=UTF-8", "text/html; charset=UTF-8"},
      {"text/html ; Charset=\"utf-8\" ;", "text/html; charset=utf-8"},
      {"text/html;;a=\"x y\";b=\"q\\\"\\\\\"", "text/html; a=\"x y\"; b=\"q\\\"\\\\\""},
      {"text/html; a=\"\"", "text/html; a=\"\""},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"image/svg+xml", "image/svg+xml"},
  };
  for (const auto& [text, normal] : cases) {
    const auto type = parse_media_type(text);
    ASSERT_TRUE(type) << text;
    EXPECT_EQ(to_string(*type), normal) << text;
    EXPECT_EQ(parse_media_type(normal)->parameters, type->parameters) << text;
  }
}

TEST(MediaType, IsRefusedWhenMalformed) {
  for (const std::string_view text : {"",
                                      "text",
                                      "text/",
                                      "/plain",
                                      "text/plain/x",
                                      "text /plain",
                                      "text/ plain",
                                      "text/plain;a",
                                      "text/plain;a=",
                                      "text/plain;=b",
                                      "text/plain;a =b",
                                      "text/plain;a= b",
                                      "text/plain;a=b c",
                                      "text/plain;a=\"b",
                                      "text/plain;a=\"b\"c",
                                      "text/plain;a=b;A=b",
                                      "text/plain, text/html",
                                      "*/*",
                                      "text/*",
                                      "te*t/plain",
                                      "text/pl\xC3\xA4in",
                                      "text/plain;a=\"\x01\"",
                                      "text/plain\r\nX: y"}) {
    EXPECT_FALSE(parse_media_type(text)) << text;
  }
}

TEST(MediaTypePattern, MatchesTypesWithoutRegardToCaseOrParameters) {
  const struct {
    std::string_view type;
    std::string_view pattern;
    bool matches;
  } cases[] = {
      {"image/png", "image/png", true},
      {"image/png", "IMAGE/Png", true},
      {"image/png", "image/*", true},
      {"image/png", "*/*", true},
      {"image/png;a=b", "image/png", true},
      {"image/png", "image/jpeg", false},
      {"image/png", "text/*", false},
      {"image/png", "*/png", false},
      {"image/png", "image/p*", false},
      {"image/png", "image", false},
      {"image/png", "", false},
      {"image/png", "image/", false},
      {"image/png", "image/png;a=b", false},
      {"image/png", "image/**", false},
      {"image/png", "imag*/*", false},
  };
  for (const auto& [type, pattern, matches] : cases) {
    EXPECT_EQ(matches_media_type(*parse_media_type(type), pattern), matches) << type << " " << pattern;
  }
}

constexpr std::string_view kOffers[] = {"image/webp", "image/png", "image/jpeg"};

std::string_view choose(std::optional<std::string_view> accept) {
  const auto choice = choose_media_type(accept, kOffers);
  return choice ? kOffers[*choice] : "none";
}

TEST(Accept, ChoosesTheBestOffer) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"image/png", "image/png"},
      {"IMAGE/PNG", "image/png"},
      {"image/*", "image/webp"},
      {"*/*", "image/webp"},
      {"image/png, image/webp", "image/webp"},
      {"image/png;q=1.0, image/webp;q=0.999", "image/png"},
      {"image/png;q=0.5, */*;q=0.1", "image/png"},
      {"image/webp;q=0, */*", "image/png"},
      {"image/webp;q=0, image/png;q=0.000, image/*;q=0.001", "image/jpeg"},
      {"*/*;q=0.1, image/*;q=0, image/jpeg;q=0.2", "image/jpeg"},
      {"image/avif,image/webp,image/apng,*/*;q=0.8", "image/webp"},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/webp"},
      {"image/webp;level=1, image/png;q=0.1", "image/png"},
      {"image/png;q=0.3;ext=1, image/jpeg;q=0.2", "image/png"},
      {" , image/png ,, ", "image/png"},
      {"text/html", "none"},
      {"image/*;q=0", "none"},
      {"*/*;q=0", "none"},
      // malformed: as if absent
      {"", "image/webp"},
      {"image", "image/webp"},
      {"image/png;q=2", "image/webp"},
      {"image/png;q=1.001", "image/webp"},
      {"image/png;q=0.0001", "image/webp"},
      {"image/png;q=.5", "image/webp"},
      {"image/png;q=-1", "image/webp"},
      {"image/png;q=1,5", "image/webp"},
      {"image/png;q=\"\"", "image/webp"},
      {"*/png", "image/webp"},
      {"image/png image/jpeg", "image/webp"},
  };
  for (const auto& [accept, choice] : cases)
    EXPECT_EQ(choose(accept), choice) << accept;
  EXPECT_EQ(choose(std::nullopt), "image/webp");
}

TEST(Accept, TakesAtMost64Ranges) {
  std::string accept = "image/png";
  for (int i = 1; i < 64; ++i)
    accept += ",text/x" + std::to_string(i);
  EXPECT_EQ(choose(accept), "image/png");
  EXPECT_EQ(choose(accept + ",text/y"), "image/webp");
}

TEST(Accept, ChoosesNothingOfNothing) { EXPECT_EQ(choose_media_type("*/*", {}), std::nullopt); }

}  // namespace
}  // namespace holdall::http
