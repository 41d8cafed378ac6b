#include "http/multipart.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::http {
namespace {

constexpr std::string_view kBoundary = "XyZ";

/// What a consumer has in hand after the whole stream: parts, and the code of the error if there was one.
struct Seen {
  struct Part {
    PartBegin begin;
    std::string body;
    bool ended = false;
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;
  bool ended = false;
  std::string error;
  friend bool operator==(const Seen&, const Seen&) = default;
};

/// Takes events until the parser wants more; false after an error.
bool take_events(MultipartParser& parser, Seen& seen) {
  while (true) {
    auto event = parser.next();
    if (!event) {
      EXPECT_EQ(event.error().kind, ErrorKind::InvalidArgument);
      EXPECT_FALSE(event.error().message.empty());
      seen.error = event.error().code;
      return false;
    }
    if (std::holds_alternative<NeedMore>(*event)) return true;
    EXPECT_FALSE(seen.ended);
    if (auto* begin = std::get_if<PartBegin>(&*event)) seen.parts.push_back({.begin = *begin, .body = {}});
    if (auto* data = std::get_if<PartData>(&*event)) {
      EXPECT_FALSE(data->bytes.empty());
      seen.parts.back().body += as_text(data->bytes);
    }
    if (std::holds_alternative<PartEnd>(*event)) seen.parts.back().ended = true;
    if (std::holds_alternative<MultipartEnd>(*event)) seen.ended = true;
  }
}

Seen parse_pieces(const std::vector<std::string_view>& pieces, const MultipartLimits& limits = {},
                  std::string_view boundary = kBoundary) {
  MultipartParser parser(boundary, limits);
  Seen seen;
  for (const auto piece : pieces) {
    const std::vector<std::byte> exact(as_bytes(piece).begin(), as_bytes(piece).end());  // so that ASan sees overreads
    parser.feed(exact);
    if (!take_events(parser, seen)) return seen;
  }
  if (const auto end = parser.finish(); !end) seen.error = end.error().code;
  return seen;
}

Seen parse(std::string_view body, const MultipartLimits& limits = {}, std::string_view boundary = kBoundary) {
  return parse_pieces({body}, limits, boundary);
}

std::string part(std::string_view disposition, std::string_view body) {
  return "--XyZ\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" + std::string(body) + "\r\n";
}

std::string form(std::string_view disposition, std::string_view body) {
  return part(disposition, body) + "--XyZ--\r\n";
}

const std::string& browser_form() {
  static const std::string body =
      "--XyZ\r\n"
      "Content-Disposition: form-data; name=\"task_id\"\r\n"
      "\r\n"
      "42\r\n"
      "--XyZ\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"a \xE6\x96\x87 %22b%22.txt\"\r\n"
      "Content-Type: text/plain\r\n"
      "\r\n"
      "one\r\n--XyY\r\n\r\r\n-\r\n--Xy\r\n"
      "\r\n--XyZ  \t\r\n"
      "content-disposition:form-data;name=empty\r\n"
      "\r\n"
      "\r\n--XyZ--\r\nepilogue";
  return body;
}

Seen expected_browser_form() {
  Seen seen;
  seen.parts = {
      {.begin = {.name = "task_id", .filename = {}, .content_type = ""}, .body = "42", .ended = true},
      {.begin = {.name = "file", .filename = "a \xE6\x96\x87 \"b\".txt", .content_type = "text/plain"},
       .body = "one\r\n--XyY\r\n\r\r\n-\r\n--Xy\r\n",
       .ended = true},
      {.begin = {.name = "empty", .filename = {}, .content_type = ""}, .body = "", .ended = true},
  };
  seen.ended = true;
  return seen;
}

TEST(Multipart, ReadsABrowsersForm) { EXPECT_EQ(parse(browser_form()), expected_browser_form()); }

TEST(Multipart, GivesTheSameEventsWhereverTheStreamIsSplitInThree) {
  const std::string_view body = browser_form();
  for (std::size_t i = 0; i <= body.size(); ++i) {
    for (std::size_t j = i; j <= body.size(); j += 1 + j % 7) {
      ASSERT_EQ(parse_pieces({body.substr(0, i), body.substr(i, j - i), body.substr(j)}), expected_browser_form())
          << i << " " << j;
    }
  }
}

TEST(Multipart, GivesTheSameEventsByteByByte) {
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < browser_form().size(); ++i)
    bytes.push_back(std::string_view(browser_form()).substr(i, 1));
  EXPECT_EQ(parse_pieces(bytes), expected_browser_form());
}

TEST(Multipart, PointsIntoTheFedPieceInsteadOfCopying) {
  const std::string body = form("form-data; name=\"f\"", std::string(5000, 'x'));
  MultipartParser parser(kBoundary, {});
  parser.feed(as_bytes(body));
  ASSERT_TRUE(std::holds_alternative<PartBegin>(*parser.next()));
  const auto event = parser.next();
  const auto* data = std::get_if<PartData>(&*event);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->bytes.size(), 5000);
  EXPECT_EQ(static_cast<const void*>(data->bytes.data()), body.data() + body.find('x'));
}

TEST(Multipart, TakesAPreambleAndPartsWithoutBodies) {
  const auto seen = parse("\r\nhello\r\n--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n--XyZ--");
  ASSERT_EQ(seen.parts.size(), 1);
  EXPECT_EQ(seen.parts[0].body, "");
  EXPECT_TRUE(seen.parts[0].ended);
  EXPECT_TRUE(seen.ended);
  EXPECT_EQ(seen.error, "");
}

TEST(Multipart, TakesAFormWithoutParts) {
  const auto seen = parse("--XyZ--\r\n");
  EXPECT_TRUE(seen.parts.empty());
  EXPECT_TRUE(seen.ended);
  EXPECT_EQ(seen.error, "");
}

TEST(Multipart, KeepsBytesOfEveryValue) {
  std::string all;
  for (int i = 0; i < 1024; ++i)
    all.push_back(static_cast<char>(i * 7));
  all += "\r\n--Xy\r\r\n\r\n--XyY--\r\n--";
  EXPECT_EQ(parse(form("form-data; name=f", all)).parts.at(0).body, all);
}

TEST(Multipart, NeedsALineEndInFrontOfABoundary) {
  EXPECT_EQ(parse(form("form-data; name=f", "a--XyZ--\n--XyZ--\r--XyZ")).parts.at(0).body, "a--XyZ--\n--XyZ--\r--XyZ");
}

struct NameCase {
  std::string_view disposition;
  std::string_view name;
  std::optional<std::string> filename;
};

TEST(Multipart, DecodesNamesAsTheyAreSent) {
  const NameCase cases[] = {
      {"form-data; name=\"a\"; filename=\"b.txt\"", "a", "b.txt"},
      {"form-data; name=a; filename=b.txt", "a", "b.txt"},
      {"Form-Data; NAME=\"a\"; FileName=\"b\"", "a", "b"},
      {"form-data; filename=\"b\"; name=\"a\"", "a", "b"},
      {"form-data; name=\"\"; filename=\"\"", "", ""},
      {"form-data; name=\"a%22%22\"; filename=\"x%22y\"", "a\"\"", "x\"y"},
      {"form-data; name=\"a\"; filename=\"100%25 %41 %2\"", "a", "100%25 %41 %2"},
      {"form-data; name=\"a\"; filename=\"x\\\"y\\\\z\"", "a", "x\"y\\z"},
      {"form-data; name=\"a\"; filename=\"C:\\dir\\file.txt\"", "a", "C:\\dir\\file.txt"},
      {"form-data; name=\"a;b\"; filename=\"x;name=y\"", "a;b", "x;name=y"},
      {"form-data; name=\"a\"; filename=\"\xF0\x9F\x98\x80.png\"", "a", "\xF0\x9F\x98\x80.png"},
      {"form-data; name=\"a\"; filename*=UTF-8''evil.exe; filename=\"b.txt\"", "a", "b.txt"},
      {"form-data; name=\"a\"; filename*=UTF-8''evil.exe", "a", {}},
      {"form-data ; name=\"a\" ;; x=y;", "a", {}},
  };
  for (const auto& [disposition, name, filename] : cases) {
    const auto seen = parse(form(disposition, "x"));
    ASSERT_EQ(seen.error, "") << disposition;
    EXPECT_EQ(seen.parts.at(0).begin.name, name) << disposition;
    EXPECT_EQ(seen.parts.at(0).begin.filename, filename) << disposition;
  }
}

TEST(Multipart, RefusesNamesNoPersonCanRead) {
  const std::string_view cases[] = {
      "form-data; name=\"a%0D%0Ab\"",
      "form-data; name=\"a\"; filename=\"x%0ay\"",
      "form-data; name=\"a\xFF\"",
      "form-data; name=\"a\"; filename=\"\xC0\xAF\"",
      "form-data; name=\"a\"; filename=\"\xC2\x85\"",
      "form-data; name=\"a\tb\"",
  };
  for (const auto disposition : cases) {
    EXPECT_EQ(parse(form(disposition, "x")).error, "multipart-bad-name") << disposition;
  }
}

TEST(Multipart, RefusesDispositionsThatTwoReadersCouldReadTwoWays) {
  const std::string_view cases[] = {
      "form-data",
      "form-data; filename=\"x\"",
      "attachment; name=\"a\"",
      "form-data; name=\"a\"; name=\"b\"",
      "form-data; name=\"a\"; Name=\"a\"",
      "form-data; name=\"a\"; filename=\"b\"; filename=\"c\"",
      "form-data; name=\"a\"; filename*=UTF-8''b; filename*=UTF-8''c",
      "form-data; name=\"a",
      "form-data; name=\"a\\\"",
      "form-data; name=\"a\" filename=\"b\"",
      "form-data; name=\"a\"x",
      "form-data; name =\"a\"",
      "form-data; name= \"a\"",
      "form-data; name=",
      "form-data; name",
      "form-data, name=\"a\"",
      "form-data; name=a b",
      "",
      "form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"",
  };
  for (const auto disposition : cases) {
    EXPECT_EQ(parse(form(disposition, "x")).error, "multipart-bad-disposition") << disposition;
  }
}

TEST(Multipart, RefusesBrokenFraming) {
  const std::string good = "Content-Disposition: form-data; name=a\r\n";
  const struct {
    std::string body;
    std::string_view error;
  } cases[] = {
      {"", "multipart-truncated"},
      {"--XyZ", "multipart-truncated"},
      {"--XyZ-", "multipart-truncated"},
      {"--XyZ\r\n" + good, "multipart-truncated"},
      {"--XyZ\r\n" + good + "\r\nabc", "multipart-truncated"},
      {"--XyZ\r\n" + good + "\r\nabc\r\n--XyZ", "multipart-truncated"},
      {"--XyZ\r\n" + good + "\r\nabc\r\n--XyZ\r\n", "multipart-truncated"},
      {"--XyZ\n" + good + "\r\nabc\r\n--XyZ--", "multipart-bad-boundary-line"},
      {"--XyZ \r \n", "multipart-bad-boundary-line"},
      {"--XyZA\r\n", "multipart-bad-boundary-line"},
      {"--XyZ-A", "multipart-bad-boundary-line"},
      {"--XyZ --", "multipart-bad-boundary-line"},
      {"--XyZ\r\n" + good + "\r\nabc\r\n--XyZtail\r\n--XyZ--", "multipart-bad-boundary-line"},
      {"--XyZ" + std::string(65, ' ') + "\r\n", "multipart-bad-boundary-line"},
      {"--XyZ\r\n\r\nabc\r\n--XyZ--", "multipart-bad-disposition"},
      {"--XyZ\r\nContent-Type: text/plain\r\n\r\nabc\r\n--XyZ--", "multipart-bad-disposition"},
      {"--XyZ\r\nContent-Disposition: form-data; name=a\n\nabc\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\nX: a\r\n b\r\n" + good + "\r\n\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\nContent-Disposition : form-data; name=a\r\n\r\n\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\n: x\r\n" + good + "\r\n\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\nX: a\rb\r\n" + good + "\r\n\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\nX: a" + std::string(1, '\0') + "b\r\n" + good + "\r\n\r\n--XyZ--", "multipart-bad-header"},
      {"--XyZ\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n" + good + "\r\n\r\n--XyZ--", "multipart-bad-header"},
  };
  for (const auto& [body, error] : cases)
    EXPECT_EQ(parse(body).error, error) << body;
}

TEST(Multipart, EndsNoPartBeforeItsBoundaryLineIsWhole) {
  const auto seen = parse(part("form-data; name=a", "abc") + "--XyZ!");
  ASSERT_EQ(seen.parts.size(), 1);
  EXPECT_EQ(seen.parts[0].body, "abc");
  EXPECT_FALSE(seen.parts[0].ended);
  EXPECT_EQ(seen.error, "multipart-bad-boundary-line");
}

TEST(Multipart, GivesAnErrorAgainAndAgain) {
  MultipartParser parser(kBoundary, {});
  const auto piece = as_bytes("--XyZ!");
  parser.feed(piece);
  EXPECT_EQ(parser.next().error().code, "multipart-bad-boundary-line");
  EXPECT_EQ(parser.next().error().code, "multipart-bad-boundary-line");
  parser.feed(piece);
  EXPECT_EQ(parser.finish().error().code, "multipart-bad-boundary-line");
}

TEST(Multipart, TakesExactlyWhatTheLimitsAllow) {
  const std::string one = part("form-data; name=a", "x");
  const std::string end = "--XyZ--";
  const std::string header = "Content-Disposition: form-data; name=a\r\n\r\n";
  EXPECT_EQ(parse(one + one + end, {.parts = 2}).error, "");
  EXPECT_EQ(parse(one + one + one + end, {.parts = 2}).error, "multipart-too-many-parts");
  EXPECT_EQ(parse(one + end, {.part_header_bytes = header.size()}).error, "");
  EXPECT_EQ(parse(one + end, {.part_header_bytes = header.size() - 1}).error, "multipart-part-header-too-long");
  EXPECT_EQ(parse(one + one + end, {.part_header_bytes = header.size()}).error, "");
  const std::string two_headers = "--XyZ\r\nX: y\r\n" + header + "x\r\n" + end;
  EXPECT_EQ(parse(two_headers, {.headers_per_part = 2}).error, "");
  EXPECT_EQ(parse(two_headers, {.headers_per_part = 1}).error, "multipart-too-many-headers");
  EXPECT_EQ(parse("12345\r\n" + one + end, {.preamble_bytes = 5}).error, "");
  EXPECT_EQ(parse("123456\r\n" + one + end, {.preamble_bytes = 5}).error, "multipart-preamble-too-long");
  EXPECT_EQ(parse(one + end + "12345", {.epilogue_bytes = 5}).error, "");
  EXPECT_EQ(parse(one + end + "123456", {.epilogue_bytes = 5}).error, "multipart-epilogue-too-long");
}

TEST(Multipart, StopsReadingAHeaderThatNeverEnds) {
  MultipartParser parser(kBoundary, {});
  const std::string start = "--XyZ\r\nX: ";
  parser.feed(as_bytes(start));
  ASSERT_TRUE(std::holds_alternative<NeedMore>(*parser.next()));
  std::size_t fed = 3;
  const std::string more(100, 'a');
  while (true) {
    parser.feed(as_bytes(more));
    fed += more.size();
    const auto event = parser.next();
    if (!event) {
      EXPECT_EQ(event.error().code, "multipart-part-header-too-long");
      break;
    }
    ASSERT_LE(fed, MultipartLimits{}.part_header_bytes);
  }
}

/// The work of parsing a form whose one part is `pattern` over and over.
std::uint64_t work_of(std::string_view pattern, std::size_t size, std::size_t piece_size) {
  std::string block;
  while (block.size() < 4096) {
    block += pattern;
  }
  std::string body = part("form-data; name=f", "");
  while (body.size() < size) {
    body += block;
  }
  MultipartParser parser(kBoundary, {});
  for (std::size_t i = 0; i < body.size(); i += piece_size) {
    parser.feed(as_bytes(std::string_view(body).substr(i, piece_size)));
    Seen seen;
    while (true) {
      const auto event = parser.next();
      EXPECT_TRUE(event.has_value());
      if (!event || std::holds_alternative<NeedMore>(*event)) break;
    }
  }
  return parser.work();
}

TEST(Multipart, StaysLinearInHostileBodies) {
  constexpr std::size_t kMiB = 1024 * 1024;
  const struct {
    std::size_t size;
    std::size_t piece;
  } shapes[] = {{kMiB, 65536}, {kMiB / 16, 7}};
  for (const std::string_view pattern :
       {"x", "\r", "\r\n", "\r\n-", "\r\n--X", "\r\n--XyY", "\r\n--XyX\r\n--Xy\r\n--XyY"}) {
    for (const auto& [size, piece] : shapes) {
      const auto small = work_of(pattern, size, piece);
      const auto large = work_of(pattern, 8 * size, piece);
      EXPECT_GE(small, size) << pattern;
      EXPECT_LE(small, 3 * (size + 8192)) << pattern;  // found by the search, compared, and found to differ
      EXPECT_LE(large, 8 * small + 1024) << pattern;
    }
  }
}

TEST(MultipartBoundary, IsReadFromTheContentType) {
  const struct {
    std::string_view content_type;
    std::string_view boundary;  ///< empty: refused
  } cases[] = {
      {"multipart/form-data; boundary=abc", "abc"},
      {"Multipart/Form-Data;Boundary=\"a b\"", "a b"},
      {"multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
       "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
      {"multipart/form-data; boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"},
      {"multipart/form-data; boundary=\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
       "0123456789012345678901234567890123456789012345678901234567890123456789"},
      {"multipart/form-data; boundary=\"01234567890123456789012345678901234567890123456789012345678901234567890\"", ""},
      {"multipart/form-data; boundary=\"\"", ""},
      {"multipart/form-data; boundary=", ""},
      {"multipart/form-data", ""},
      {"multipart/form-data; boundary=\"a \"", ""},
      {"multipart/form-data; boundary=a!b", ""},
      {"multipart/form-data; boundary=\"a\\\"b\"", ""},
      {"multipart/form-data; boundary=a; boundary=a", ""},
      {"multipart/form-data; boundary=a, multipart/form-data; boundary=b", ""},
      {"multipart/mixed; boundary=a", ""},
      {"application/json", ""},
      {"", ""},
  };
  for (const auto& [content_type, boundary] : cases) {
    const auto result = parse_multipart_boundary(content_type);
    EXPECT_EQ(result.value_or(""), boundary) << content_type;
  }
  EXPECT_EQ(parse_multipart_boundary("text/plain").error().code, "multipart-expected");
  EXPECT_EQ(parse_multipart_boundary("multipart/form-data").error().code, "multipart-bad-boundary");
}

TEST(MultipartBoundary, OfAnotherKindIsAProgrammersError) {
  EXPECT_THROW(MultipartParser("a\rb", {}), std::invalid_argument);
  EXPECT_THROW(MultipartParser("", {}), std::invalid_argument);
}

}  // namespace
}  // namespace holdall::http
