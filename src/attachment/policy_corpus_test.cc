// The policy against files that others made: their folder stands in HOLDALL_TEST_CORPUS.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "attachment/policy.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal(const Collection& collection, const std::string& name, std::string_view bytes) {
  auto file = Inspection::begin(collection, {.filename = name, .declared_type = {}, .declared_size = bytes.size()});
  if (!file) return file.error().message;
  if (const auto fed = file->feed(as_bytes(bytes)); !fed) return fed.error().message;
  const auto ended = file->finish();
  return ended ? "" : ended.error().message;
}

std::vector<fs::path> corpus() {
  const char* const folder = std::getenv("HOLDALL_TEST_CORPUS");
  std::vector<fs::path> files;
  if (folder == nullptr) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().string().find("sigv4") == std::string::npos)
      files.push_back(entry.path());
  }
  return files;
}

// Files whose content is not what their name says, and why they are refused.
const std::map<std::string, std::string> kRefusedRightly = {
    // The second volume of an archive cut in two: it begins in the middle of a compressed entry.
    {"test-documents-spanned.zip",
     "The content of test-documents-spanned.zip is data of an unknown kind, not application/zip."},
};

void expect_taken(const Collection& collection, const std::vector<std::string>& extensions, std::size_t at_least) {
  const std::vector<fs::path> files = corpus();
  if (files.empty()) GTEST_SKIP() << "HOLDALL_TEST_CORPUS names no folder of files";
  std::size_t taken = 0;
  for (const fs::path& path : files) {
    const std::string name = path.filename().string();
    if (std::find(extensions.begin(), extensions.end(), path.extension().string()) == extensions.end()) continue;
    const auto known = kRefusedRightly.find(name);
    EXPECT_EQ(refusal(collection, name, read_file(path)), known == kRefusedRightly.end() ? "" : known->second) << path;
    ++taken;
  }
  EXPECT_GE(taken, at_least);
}

TEST(PolicyCorpus, DefaultCollectionTakesWhatPeopleHave) {
  const Collection standard;
  expect_taken(standard, standard.allowed_types, 70);
}

TEST(PolicyCorpus, WiderCollectionTakesTheRest) {
  const std::vector<std::string> types = {".webp", ".avif", ".heic", ".tif", ".bmp", ".svg", ".xls",
                                          ".xlsx", ".ppt",  ".pptx", ".odt", ".ods", ".odp", ".rtf",
                                          ".zip",  ".gz",   ".mp4",  ".mp3", ".eml", ".csv", ".html"};
  expect_taken({.allowed_types = types}, types, 90);
}

}  // namespace
}  // namespace holdall::attachment
