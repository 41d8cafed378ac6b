// The policy on hostile bytes: the outcome does not depend on how the bytes are cut, and nothing crashes.
// Input: a line with the declared type, a line with the name, then the content.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "attachment/filename.h"
#include "attachment/policy.h"
#include "base/encoding.h"

namespace {

using namespace holdall;
using namespace holdall::attachment;

std::string outcome(const Collection& collection, const FileIntent& intent, std::string_view content,
                    std::size_t piece) {
  auto file = Inspection::begin(collection, intent);
  if (!file) return describe(file.error());
  for (std::size_t i = 0; i < content.size(); i += piece) {
    if (const auto fed = file->feed(as_bytes(content.substr(i, piece))); !fed) return describe(fed.error());
  }
  if (const auto ended = file->finish(); !ended) return describe(ended.error());
  return file->mime_type();
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view content(reinterpret_cast<const char*>(data), size);
  const std::string declared(take_line(content));
  const std::string name(take_line(content));
  const Collection open{.allowed_types = {"*", ".html", ".svg", ".exe"}};
  const FileIntent intent{.filename = name, .declared_type = declared, .declared_size = {}};

  const std::string whole = outcome(open, intent, content, std::max<std::size_t>(content.size(), 1));
  for (const std::size_t piece : {1, 7, 1000})
    expect(outcome(open, intent, content, piece) == whole);

  if (const auto kept = clean_filename(name)) {
    expect(is_utf8(*kept) && !kept->empty() && kept->size() <= 255);
    expect(kept->find_first_of("/\\") == std::string::npos);
    expect(clean_filename(*kept).value_or("") == *kept);
  }
  // A program is never taken for anything else.
  const bool is_program = signature_of(as_bytes(content)) == Signature::Program;
  if (is_program && !whole.contains(' '))
    expect(whole == kProgramType || may_begin_text(Signature::Program, as_bytes(content)));
  return 0;
}
