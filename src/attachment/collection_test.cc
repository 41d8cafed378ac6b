#include "attachment/collection.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "config/load.h"
#include "config/schema.h"

namespace holdall::attachment {
namespace {

Result<config::Warnings> load(Config& config, const config::Sources& sources) {
  config::Schema schema;
  declare(schema, config);
  return config::load(schema, sources);
}

TEST(Collection, TakesEntriesThatAreWrittenWell) {
  for (const std::string_view entry : {"*", ".pdf", ".PDF", ".mp3", ".7z", "image/*", "image/png", "image/svg+xml"})
    EXPECT_TRUE(is_type_entry(entry)) << entry;
  for (const std::string_view entry : {"", "pdf", ".", ".tar.gz", ". pdf", "*.pdf", "*/*", "image/", "/png", "image",
                                       "image/*png", "image/png; q=1", "a/b/c", "**", ".p/f"})
    EXPECT_FALSE(is_type_entry(entry)) << entry;
}

TEST(Collection, DefaultSpeaksByFlagAndVariable) {
  Config config;
  const auto loaded = load(
      config, {.flags = {{"--max-file-size", "2GiB"}},
               .environment = {{"HOLDALL_ALLOWED_TYPES", ".txt,.png,image/*"}, {"HOLDALL_MAX_FILE_SIZE", "1MiB"}}});
  ASSERT_TRUE(loaded.has_value()) << describe(loaded.error());
  const Collection& collection = config.collections.at(kDefaultCollection);
  EXPECT_EQ(collection.max_file_size, 2ULL << 30);
  EXPECT_EQ(collection.allowed_types, (std::vector<std::string>{".txt", ".png", "image/*"}));
}

TEST(Collection, RefusesAnEntryThatIsNone) {
  Config config;
  const auto loaded = load(config, {.flags = {{"--allow-types", ".txt,pdf"}}});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_NE(loaded.error().message.find("--allow-types"), std::string::npos) << loaded.error().message;
  EXPECT_NE(loaded.error().message.find("pdf"), std::string::npos) << loaded.error().message;
}

TEST(Collection, RefusesALimitOfNothing) {
  Config config;
  EXPECT_FALSE(load(config, {.flags = {{"--max-file-size", "0"}}}).has_value());
}

TEST(Collection, OthersAndTheQuotaComeFromTheFile) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "collection_test.toml";
  std::ofstream(path) << "[collections.photos]\nallowed_types = [\"image/*\"]\n[quota]\nbytes = \"1GiB\"\nfiles = 7\n";
  Config config;
  const auto loaded = load(config, {.file = path});
  std::filesystem::remove(path);
  ASSERT_TRUE(loaded.has_value()) << describe(loaded.error());
  EXPECT_EQ(config.collections.size(), 2U);
  EXPECT_EQ(config.collections.at("photos").allowed_types, std::vector<std::string>{"image/*"});
  EXPECT_EQ(config.collections.at("photos").max_file_size, 10U << 20);
  EXPECT_EQ(config.quota_bytes, 1ULL << 30);
  EXPECT_EQ(config.quota_files, 7U);
}

}  // namespace
}  // namespace holdall::attachment
