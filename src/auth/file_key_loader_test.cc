#include "auth/file_key_loader.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/jwk.h"

namespace holdall::auth {
namespace {

class KeyFiles : public ::testing::Test {
 protected:
  KeyFiles() {
    std::string name = ::testing::TempDir() + "key-files-XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~KeyFiles() override { std::filesystem::remove_all(folder); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  static KeyFile jwks(const std::filesystem::path& path) {
    return {path, [](std::string_view text) { return parse_jwks(text, SecretKeys::Taken); }};
  }

  static std::string jwk(const std::string& id) {
    return R"({"kty":"oct","kid":")" + id + R"(","k":")" + std::string(43, 'A') + R"("})";
  }

  /// "1,2", "unchanged", or "failed".
  static std::string outcome_of(FileKeyLoader& loader) {
    const auto loaded = loader.load({});
    if (!loaded) return "failed";
    if (!*loaded) return "unchanged";
    std::string ids;
    for (const Key& key : (*loaded)->keys.keys)
      ids += (ids.empty() ? "" : ",") + key.id();
    return ids;
  }

  std::filesystem::path folder;
};

TEST_F(KeyFiles, MakeOneSet) {
  FileKeyLoader loader({jwks(write("a", jwk("1"))), jwks(write("b", jwk("2")))});
  EXPECT_EQ(outcome_of(loader), "1,2");
  EXPECT_EQ(outcome_of(loader), "unchanged");
}

TEST_F(KeyFiles, AreReadAgainWhenOneHasChanged) {
  const auto path = write("a", jwk("1"));
  FileKeyLoader loader({jwks(path)});
  EXPECT_EQ(outcome_of(loader), "1");
  write("a", jwk("22"));
  EXPECT_EQ(outcome_of(loader), "22") << "another size";
  const auto time = std::filesystem::last_write_time(path);
  write("a", jwk("33"));
  std::filesystem::last_write_time(path, time + std::chrono::seconds(5));
  EXPECT_EQ(outcome_of(loader), "33") << "another time";
  const auto other = write("b", jwk("44"));
  std::filesystem::last_write_time(other, time + std::chrono::seconds(5));
  std::filesystem::rename(other, path);
  EXPECT_EQ(outcome_of(loader), "44") << "another file of the same size and time";
  EXPECT_EQ(outcome_of(loader), "unchanged");
}

TEST_F(KeyFiles, FailTogetherAndAreNewsAfterwards) {
  const auto a = write("a", jwk("1"));
  const auto b = write("b", jwk("2"));
  FileKeyLoader loader({jwks(a), jwks(b)});
  EXPECT_EQ(outcome_of(loader), "1,2");
  const std::filesystem::path away = folder / "away";
  std::filesystem::rename(b, away);
  EXPECT_EQ(outcome_of(loader), "failed");
  std::filesystem::rename(away, b);
  EXPECT_EQ(outcome_of(loader), "1,2");
  write("b", "half a fi");
  EXPECT_EQ(outcome_of(loader), "failed");
}

TEST_F(KeyFiles, NameTheFileThatIsOfNoUse) {
  const auto path = write("broken.json", "{");
  FileKeyLoader loader({jwks(path)});
  const auto broken = loader.load({});
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("broken.json"), std::string::npos);
  for (const std::filesystem::path& bad : {folder / "missing", folder}) {
    const auto outcome = read_key_file(bad);
    ASSERT_FALSE(outcome) << bad;
    EXPECT_NE(outcome.error().message.find(bad.string()), std::string::npos);
  }
  EXPECT_FALSE(read_key_file(write("large", std::string(1024 * 1024 + 1, ' '))));
  EXPECT_EQ(read_key_file(write("fits", std::string(1024 * 1024, ' ')))->size(), 1024U * 1024);
}

TEST_F(KeyFiles, DoNotWaitForAPipe) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(read_key_file(folder / "pipe"));
}

}  // namespace
}  // namespace holdall::auth
