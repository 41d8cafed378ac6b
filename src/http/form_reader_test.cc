#include "http/form_reader.h"

#include <deque>
#include <utility>

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "io/sync_wait.h"

namespace holdall::http {
namespace {

class Pieces final : public io::ByteSource {
 public:
  Pieces(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  io::Task<Result<std::span<const std::byte>>> next() override {
    const std::string_view piece = text_.substr(0, piece_);
    text_.remove_prefix(piece.size());
    co_return as_bytes(piece);
  }
  std::optional<std::uint64_t> remaining() const override { return text_.size(); }

 private:
  std::string_view text_;
  std::size_t piece_;
};

constexpr std::string_view kForm =
    "--B\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\na,b\r\n"
    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\n"
    "first\r\n--Bx second\r\n"
    "--B\r\nContent-Disposition: form-data; name=\"last\"\r\n\r\n\r\n"
    "--B--\r\n";

// "name=content;" of every part; reads contents to their end, or skips them.
io::Task<Result<std::string>> read_all(FormReader& form, bool skip) {
  std::string seen;
  while (true) {
    HOLDALL_CO_TRY(const std::optional<PartBegin> part, co_await form.next_part());
    if (!part) co_return seen;
    seen += part->name + "=";
    if (!skip) {
      HOLDALL_CO_TRY(const std::string text, co_await form.read_text(part->name, 100));
      seen += text;
    }
    seen += ";";
  }
}

Request request_with(std::string_view content_type) {
  Request request;
  request.fields.add("Content-Type", content_type);
  return request;
}

Result<std::string> parts_of(std::string_view text, std::size_t piece, bool skip = false) {
  Request request = request_with("multipart/form-data; boundary=B");
  Pieces body(text, piece);
  request.body = &body;
  auto form = FormReader::open(request, {});
  if (!form) return fail(form.error());
  return io::sync_wait(read_all(**form, skip));
}

constexpr std::string_view kWithoutTrick =
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
    "--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n22\r\n--B--\r\n";

TEST(FormReader, GivesPartsInOrderHoweverTheBodyIsCut) {
  for (std::size_t piece = 1; piece <= kWithoutTrick.size(); ++piece)
    EXPECT_EQ(parts_of(kWithoutTrick, piece), "a=1;b=22;") << piece;
}

TEST(FormReader, SkipsWhatIsNotRead) {
  for (const std::size_t piece : {1u, 7u, 4096u})
    EXPECT_EQ(parts_of(kWithoutTrick, piece, true), "a=;b=;") << piece;
}

TEST(FormReader, RefusesALineThatBeginsWithTheBoundaryAndGoesOn) {
  const auto parts = parts_of(kForm, 4096);
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().kind, ErrorKind::InvalidArgument);
}

TEST(FormReader, RefusesABodyThatEndsTooSoon) {
  for (std::size_t size = 0; size < kWithoutTrick.size() - 2; ++size)
    EXPECT_FALSE(parts_of(kWithoutTrick.substr(0, size), 4096)) << size;
}

TEST(FormReader, RefusesLongFieldsAndFieldsThatAreNotUtf8) {
  const auto form = [](const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + value + "\r\n--B--\r\n";
  };
  EXPECT_EQ(parts_of(form(std::string(100, 'x')), 30), "a=" + std::string(100, 'x') + ";");
  EXPECT_EQ(parts_of(form(std::string(101, 'x')), 30).error().code, "form-field-too-large");
  EXPECT_EQ(parts_of(form("\xff"), 30).error().code, "form-field-not-utf8");
}

TEST(FormReader, WantsAForm) {
  Request request = request_with("text/plain");
  Pieces body("", 1);
  request.body = &body;
  const auto form = FormReader::open(request, {});
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().code, "multipart-expected");
}

}  // namespace
}  // namespace holdall::http
