#include "http/request_parser.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "http/testing/parse_all.h"

namespace holdall::http {
namespace {

using testing::parse_all;
using testing::Parsed;

std::string get(std::string_view more = "") { return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n"; }

struct RefusalCase {
  std::string_view name;
  std::string bytes;
  Refusal refusal;
};

void PrintTo(const RefusalCase& one, std::ostream* out) { *out << one.name; }

class RefusedRequest : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(RefusedRequest, IsRefusedHoweverItIsCut) {
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
    const auto parsed = parse_all(GetParam().bytes, cut);
    ASSERT_FALSE(parsed.empty());
    EXPECT_EQ(parsed.back().refusal, GetParam().refusal) << "in pieces of " << cut;
  }
}

std::string with_bytes(std::string_view text, std::size_t count) { return std::string(text) + std::string(count, 'a'); }

const std::string kNul("\0", 1);

INSTANTIATE_TEST_SUITE_P(
    Lines, RefusedRequest,
    ::testing::Values(
        RefusalCase{"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", Refusal::BadLineEnd},
        RefusalCase{"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", Refusal::BadLineEnd},
        RefusalCase{"bare LF as end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", Refusal::BadLineEnd},
        RefusalCase{"bare CR in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", Refusal::BadLineEnd},
        RefusalCase{"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", Refusal::BadLineEnd},
        RefusalCase{"two empty lines before", "\r\n\r\n" + get(), Refusal::BadRequestLine},
        RefusalCase{"no version", "GET /\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"space before the method", " GET / HTTP/1.1\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"tab as separator", "GET\t/\tHTTP/1.1\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"space in the target", "GET /a b HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"NUL in the target", "GET /" + kNul + " HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"byte above 0x7F in the target", "GET /\xC3\xA4 HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"fragment", "GET /a#b HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"relative target", "GET a HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"asterisk for GET", "GET * HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"authority form", "GET a:80 HTTP/1.1\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"other scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"absolute form with user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"absolute form without host", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"absolute form with bare query", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadTarget},
        RefusalCase{"long target", with_bytes("GET /", 8000) + " HTTP/1.1\r\n", Refusal::TargetTooLong},
        RefusalCase{"endless target", with_bytes("GET /", 9000), Refusal::TargetTooLong},
        RefusalCase{"lower case method", "get / HTTP/1.1\r\n\r\n", Refusal::UnknownMethod},
        RefusalCase{"CONNECT", "CONNECT a:80 HTTP/1.1\r\n\r\n", Refusal::UnknownMethod},
        RefusalCase{"TRACE", "TRACE / HTTP/1.1\r\n\r\n", Refusal::UnknownMethod},
        RefusalCase{"method that is no token", "G{T / HTTP/1.1\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refusal::UnsupportedVersion},
        RefusalCase{"HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", Refusal::UnsupportedVersion},
        RefusalCase{"HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", Refusal::UnsupportedVersion},
        RefusalCase{"lower case version", "GET / http/1.1\r\n\r\n", Refusal::BadRequestLine},
        RefusalCase{"version without digits", "GET / HTTP/x.y\r\n\r\n", Refusal::BadRequestLine}));

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedRequest,
    ::testing::Values(RefusalCase{"space before the colon", get("Content-Length : 0\r\n"), Refusal::BadField},
                      RefusalCase{"tab before the colon", get("Content-Length\t: 0\r\n"), Refusal::BadField},
                      RefusalCase{"no colon", get("Nothing\r\n"), Refusal::BadField},
                      RefusalCase{"no name", get(": value\r\n"), Refusal::BadField},
                      RefusalCase{"name with a slash", get("A/B: c\r\n"), Refusal::BadField},
                      RefusalCase{"NUL in a name", get("A" + kNul + "B: c\r\n"), Refusal::BadField},
                      RefusalCase{"NUL in a value", get("A: b" + kNul + "c\r\n"), Refusal::BadField},
                      RefusalCase{"DEL in a value", get("A: b\x7F\r\n"), Refusal::BadField},
                      RefusalCase{"escape in a value", get("A: b\x1B[0m\r\n"), Refusal::BadField},
                      RefusalCase{"folded with a space", get("A: b\r\n c\r\n"), Refusal::FoldedField},
                      RefusalCase{"folded with a tab", get("A: b\r\n\tc\r\n"), Refusal::FoldedField},
                      RefusalCase{"folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", Refusal::FoldedField},
                      RefusalCase{"more than 8 KiB", get(with_bytes("A: ", 8192) + "\r\n"), Refusal::FieldsTooLarge},
                      RefusalCase{"endless field", "GET / HTTP/1.1\r\n" + with_bytes("A: ", 9000),
                                  Refusal::FieldsTooLarge}));

INSTANTIATE_TEST_SUITE_P(
    Host, RefusedRequest,
    ::testing::Values(
        RefusalCase{"none", "GET / HTTP/1.1\r\n\r\n", Refusal::MissingHost},
        RefusalCase{"two", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Refusal::BadHost},
        RefusalCase{"two in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", Refusal::BadHost},
        RefusalCase{"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", Refusal::BadHost},
        RefusalCase{"list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", Refusal::BadHost},
        RefusalCase{"list without space", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", Refusal::BadHost},
        RefusalCase{"path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Refusal::BadHost},
        RefusalCase{"user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Refusal::BadHost},
        RefusalCase{"bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", Refusal::BadHost},
        RefusalCase{"long port", "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n", Refusal::BadHost},
        RefusalCase{"two ports", "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", Refusal::BadHost},
        RefusalCase{"port alone", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", Refusal::BadHost},
        RefusalCase{"open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Refusal::BadHost},
        RefusalCase{"text after bracket", "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", Refusal::BadHost},
        RefusalCase{"name in brackets", "GET / HTTP/1.1\r\nHost: [example]\r\n\r\n", Refusal::BadHost},
        RefusalCase{"broken escape", "GET / HTTP/1.1\r\nHost: a%2\r\n\r\n", Refusal::BadHost},
        RefusalCase{"other than the target's", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadHost},
        RefusalCase{"other port than the target's", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BadHost}));

std::string post(std::string_view framing, std::string_view body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n\r\n" + std::string(body);
}

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedRequest,
    ::testing::Values(
        RefusalCase{"CL.TE", post("Content-Length: 5\r\nTransfer-Encoding: chunked"), Refusal::AmbiguousLength},
        RefusalCase{"TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5"), Refusal::AmbiguousLength},
        RefusalCase{"TE.TE", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                    Refusal::BadTransferEncoding},
        RefusalCase{"chunked, gzip", post("Transfer-Encoding: chunked, gzip"), Refusal::BadTransferEncoding},
        RefusalCase{"gzip, chunked", post("Transfer-Encoding: gzip, chunked"), Refusal::BadTransferEncoding},
        RefusalCase{"gzip", post("Transfer-Encoding: gzip"), Refusal::BadTransferEncoding},
        RefusalCase{"gzip with length", post("Transfer-Encoding: gzip\r\nContent-Length: 5"), Refusal::AmbiguousLength},
        RefusalCase{"identity", post("Transfer-Encoding: identity"), Refusal::BadTransferEncoding},
        RefusalCase{"xchunked", post("Transfer-Encoding: xchunked"), Refusal::BadTransferEncoding},
        RefusalCase{"quoted", post("Transfer-Encoding: \"chunked\""), Refusal::BadTransferEncoding},
        RefusalCase{"parameter", post("Transfer-Encoding: chunked;q=1"), Refusal::BadTransferEncoding},
        RefusalCase{"comma", post("Transfer-Encoding: chunked,"), Refusal::BadTransferEncoding},
        RefusalCase{"vertical tab",
                    post("Transfer-Encoding: \x0B"
                         "chunked"),
                    Refusal::BadField},
        RefusalCase{"empty", post("Transfer-Encoding:"), Refusal::BadTransferEncoding},
        RefusalCase{"in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                    Refusal::BadTransferEncoding},
        RefusalCase{"two lengths", post("Content-Length: 5\r\nContent-Length: 6"), Refusal::BadContentLength},
        RefusalCase{"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5"), Refusal::BadContentLength},
        RefusalCase{"list of lengths", post("Content-Length: 5, 5"), Refusal::BadContentLength},
        RefusalCase{"plus", post("Content-Length: +5"), Refusal::BadContentLength},
        RefusalCase{"minus", post("Content-Length: -5"), Refusal::BadContentLength},
        RefusalCase{"hex", post("Content-Length: 0x5"), Refusal::BadContentLength},
        RefusalCase{"digits and letters", post("Content-Length: 5a"), Refusal::BadContentLength},
        RefusalCase{"space inside", post("Content-Length: 5 5"), Refusal::BadContentLength},
        RefusalCase{"empty length", post("Content-Length:"), Refusal::BadContentLength},
        RefusalCase{"2^63", post("Content-Length: 9223372036854775808"), Refusal::BadContentLength},
        RefusalCase{"2^64 and more", post("Content-Length: 18446744073709551621"), Refusal::BadContentLength}));

const std::string kChunked = post("Transfer-Encoding: chunked");

INSTANTIATE_TEST_SUITE_P(
    Chunks, RefusedRequest,
    ::testing::Values(RefusalCase{"no size", kChunked + "\r\n", Refusal::BadChunk},
                      RefusalCase{"letters", kChunked + "xyz\r\n", Refusal::BadChunk},
                      RefusalCase{"prefix", kChunked + "0x5\r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"sign", kChunked + "+5\r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"minus", kChunked + "-1\r\n", Refusal::BadChunk},
                      RefusalCase{"space before", kChunked + " 5\r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"space behind", kChunked + "5 \r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"overflow", kChunked + "ffffffffffffffff1\r\n", Refusal::BadChunk},
                      RefusalCase{"2^63", kChunked + "8000000000000000\r\n", Refusal::BadChunk},
                      RefusalCase{"seventeen digits", kChunked + "00000000000000005\r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"bare LF after the size", kChunked + "5\nhello\r\n", Refusal::BadLineEnd},
                      RefusalCase{"bare LF in an extension", kChunked + "5;a\nb\r\nhello\r\n", Refusal::BadLineEnd},
                      RefusalCase{"bare LF after the data", kChunked + "5\r\nhello\n0\r\n\r\n", Refusal::BadLineEnd},
                      RefusalCase{"too much data", kChunked + "5\r\nhello!\r\n", Refusal::BadChunk},
                      RefusalCase{"NUL in an extension", kChunked + "5;a" + kNul + "\r\nhello\r\n", Refusal::BadChunk},
                      RefusalCase{"long extension", kChunked + with_bytes("5;", 600) + "\r\nhello\r\n",
                                  Refusal::BadChunk},
                      RefusalCase{"endless extension", kChunked + with_bytes("5;", 5000), Refusal::BadChunk},
                      RefusalCase{"bad trailer", kChunked + "0\r\nNo colon\r\n\r\n", Refusal::BadTrailer},
                      RefusalCase{"folded trailer", kChunked + "0\r\nA: b\r\n c\r\n\r\n", Refusal::BadTrailer},
                      RefusalCase{"huge trailer", kChunked + "0\r\n" + with_bytes("A: ", 100'000) + "\r\n\r\n",
                                  Refusal::BadTrailer}));

TEST(RequestParser, TakesWhatBrowsersAndCurlSend) {
  const auto parsed =
      parse_all("GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nAccept:  */* \t\r\nX-Empty:\r\n\r\n", 0);
  ASSERT_EQ(parsed.size(), 1U);
  EXPECT_EQ(parsed[0].refusal, Refusal::None);
  EXPECT_TRUE(parsed[0].is_complete);
  EXPECT_EQ(parsed[0].head, "GET /a?b=c 1.1 keep\nHost=example.org:8080\nAccept=*/*\nX-Empty=\n");
  EXPECT_EQ(parsed[0].body, "");
}

TEST(RequestParser, TakesEveryFormOfHost) {
  for (const char* host :
       {"a", "a.b-c_d", "127.0.0.1", "[::1]", "[::1]:80", "a:", "a:65535", "a%20b", "[::ffff:1.2.3.4]"}) {
    const auto parsed = parse_all("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", 0);
    EXPECT_EQ(parsed.at(0).refusal, Refusal::None) << host;
  }
}

TEST(RequestParser, TakesAnAbsoluteTargetThatAgreesWithHost) {
  RequestParser parser;
  const std::string text = "GET HTTP://Example.org:80/a?b HTTP/1.1\r\nHost: example.org\r\n\r\n";
  EXPECT_EQ(parser.parse(as_bytes(text)).event, RequestParser::Event::Head);
  EXPECT_EQ(parser.head().path_and_query, "/a?b");
  EXPECT_EQ(parser.head().target, "HTTP://Example.org:80/a?b");
}

TEST(RequestParser, MakesASlashOfAnEmptyAbsolutePath) {
  RequestParser parser;
  EXPECT_EQ(parser.parse(as_bytes("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")).event, RequestParser::Event::Head);
  EXPECT_EQ(parser.head().path_and_query, "/");
}

TEST(RequestParser, AnswersPipelinedRequestsInOrder) {
  const std::string text = post("Content-Length: 3", "abc") + get() + kChunked +
                           "2;x=\"y\"\r\nde\r\n1\r\nf\r\n0\r\nA: b\r\n\r\n" + "\r\n" + get();
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    const auto parsed = parse_all(text, cut);
    ASSERT_EQ(parsed.size(), 4U);
    EXPECT_EQ(parsed[0].body, "abc");
    EXPECT_EQ(parsed[1].body, "");
    EXPECT_EQ(parsed[2].body, "def");
    EXPECT_TRUE(parsed[3].is_complete);
  }
}

TEST(RequestParser, DropsTrailersThatNobodyAskedFor) {
  RequestParser parser;
  const std::string text = kChunked + "0\r\nChecksum: 1\r\nContent-Length: 9\r\n\r\n";
  const auto head = parser.parse(as_bytes(text));
  ASSERT_EQ(head.event, RequestParser::Event::Head);
  parser.keep_trailers({"checksum"});
  EXPECT_EQ(parser.parse(as_bytes(text).subspan(head.consumed)).event, RequestParser::Event::End);
  EXPECT_EQ(parser.trailers().size(), 1U);
  EXPECT_EQ(parser.trailers().find("Checksum"), "1");
  EXPECT_FALSE(parser.head().fields.has("Content-Length"));
}

TEST(RequestParser, CountsExtensionsOfAllChunksTogether) {
  std::string text = kChunked;
  for (int i = 0; i < 20; ++i)
    text += "1;" + std::string(400, 'e') + "\r\nx\r\n";
  EXPECT_EQ(parse_all(text, 0).back().refusal, Refusal::None);
  text += "1;" + std::string(400, 'e') + "\r\nx\r\n";
  EXPECT_EQ(parse_all(text, 0).back().refusal, Refusal::BadChunk);
}

TEST(RequestParser, TakesAHundredFieldsAndNotOneMore) {
  std::string fields;
  for (int i = 0; i < 99; ++i)
    fields += "A: b\r\n";
  EXPECT_EQ(parse_all(get(fields), 0).back().refusal, Refusal::None);
  EXPECT_EQ(parse_all(get(fields + "A: b\r\n"), 0).back().refusal, Refusal::TooManyFields);
}

TEST(RequestParser, TakesExactlyEightKibibytesOfFields) {
  const std::size_t around = std::string("Host: a\r\nA: \r\n\r\n").size();
  const auto of_size = [&](std::size_t size) { return get("A: " + std::string(size - around, 'v') + "\r\n"); };
  EXPECT_EQ(parse_all(of_size(8192), 0).back().refusal, Refusal::None);
  EXPECT_EQ(parse_all(of_size(8193), 0).back().refusal, Refusal::FieldsTooLarge);
}

TEST(RequestParser, TakesExactlyEightThousandBytesOfTarget) {
  const auto of_size = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_EQ(parse_all(of_size(8000), 0).back().refusal, Refusal::None);
  EXPECT_EQ(parse_all(of_size(8001), 0).back().refusal, Refusal::TargetTooLong);
}

struct ConnectionCase {
  std::string_view head;
  bool keep_alive;
};

TEST(RequestParser, KnowsWhetherTheConnectionLivesOn) {
  const ConnectionCase cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
  };
  for (const ConnectionCase& one : cases) {
    RequestParser parser;
    ASSERT_EQ(parser.parse(as_bytes(one.head)).event, RequestParser::Event::Head) << one.head;
    EXPECT_EQ(parser.head().keep_alive, one.keep_alive) << one.head;
  }
}

TEST(RequestParser, KnowsOneExpectation) {
  const auto expectation = [](std::string_view text) {
    RequestParser parser;
    EXPECT_EQ(parser.parse(as_bytes(text)).event, RequestParser::Event::Head);
    return parser.head().expectation;
  };
  EXPECT_EQ(expectation("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n"), Expectation::Continue);
  EXPECT_EQ(expectation("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n"), Expectation::Unknown);
  EXPECT_EQ(expectation("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n"), Expectation::Unknown);
  EXPECT_EQ(expectation("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"), Expectation::None);
}

TEST(RequestParser, GivesBodyPiecesWithoutCopying) {
  RequestParser parser;
  const std::string text = post("Content-Length: 5", "hello");
  const auto head = parser.parse(as_bytes(text));
  const auto rest = as_bytes(text).subspan(head.consumed);
  const auto body = parser.parse(rest);
  EXPECT_EQ(body.event, RequestParser::Event::Body);
  EXPECT_EQ(body.body.data(), rest.data());
  EXPECT_EQ(body.body.size(), 5U);
}

}  // namespace
}  // namespace holdall::http
