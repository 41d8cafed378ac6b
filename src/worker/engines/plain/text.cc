#include "worker/engines/plain/text.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/encoding.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::Reply;

// ICU counts in int; a text is read into memory, and this is more than any limit of ours lets through.
constexpr std::size_t kLargestText = std::size_t{256} << 20;
// Enough to tell an encoding by.
constexpr std::size_t kSample = 64 * 1024;
constexpr const char* kFallback = "windows-1252";  // what the web takes for text that says nothing of itself (WHATWG)

using Detector = std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)>;
using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

std::string detect(std::string_view bytes) {
  std::int32_t mark_length = 0;
  UErrorCode status = U_ZERO_ERROR;
  const std::string_view sample = bytes.substr(0, kSample);
  const auto length = static_cast<std::int32_t>(sample.size());
  if (const char* marked = ucnv_detectUnicodeSignature(sample.data(), length, &mark_length, &status)) return marked;
  const Detector detector(ucsdet_open(&status), ucsdet_close);
  ucsdet_setText(detector.get(), sample.data(), length, &status);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return kFallback;
  const char* name = ucsdet_getName(match, &status);
  return U_FAILURE(status) || name == nullptr ? kFallback : name;
}

// What is no character becomes U+FFFD.
std::string to_utf8(std::string_view bytes, const std::string& encoding) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter from(ucnv_open(encoding.c_str(), &status), ucnv_close);
  const Converter to(ucnv_open("UTF-8", &status), ucnv_close);
  if (U_FAILURE(status)) return {};
  std::string text;
  char piece[16 * 1024];
  UChar pivot[4096];
  UChar* pivot_source = pivot;
  UChar* pivot_target = pivot;
  const char* source = bytes.data();
  const char* const end = bytes.data() + bytes.size();
  for (UBool is_first = true;; is_first = false) {
    char* target = piece;
    status = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, std::end(piece), &source, end, pivot, &pivot_source, &pivot_target,
                   std::end(pivot), is_first, true, &status);
    text.append(piece, static_cast<std::size_t>(target - piece));
    if (status != U_BUFFER_OVERFLOW_ERROR) return text;
  }
}

constexpr std::string_view kMark = "\xEF\xBB\xBF";

}  // namespace

Reply read_plain(std::string_view bytes, PageWriter& pages) {
  Reply reply{.outcome = Outcome::Done};
  if (bytes.size() > kLargestText) {
    reply.outcome = Outcome::Failed;
    set_reason(reply, "too long a text");
    return reply;
  }
  std::string converted;
  if (!is_utf8(bytes)) bytes = converted = to_utf8(bytes, detect(bytes));
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  pages.add_parts(bytes);
  return reply;
}

}  // namespace holdall::worker::engines
