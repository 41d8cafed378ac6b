#include "auth/signing_key_file.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdall::auth {
namespace {

class SigningKeyFile : public ::testing::Test {
 protected:
  SigningKeyFile() {
    std::string name = ::testing::TempDir() + "signing-key-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~SigningKeyFile() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(file()) << text;
    ::chmod(file().c_str(), mode);
  }

  std::filesystem::path file() const { return folder_ / "signing.key"; }

  std::filesystem::path folder_;
};

const std::string kGood = std::string(43, 'A') + "\n";  // 32 bytes of zero

TEST_F(SigningKeyFile, IsMadeOnceAndReadAgain) {
  const auto made = open_signing_key(folder_);
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made->secret.size(), 32U);
  EXPECT_TRUE(made->warnings.empty());
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(status.st_size, 44);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "a temporary file was left";
  const auto read = open_signing_key(folder_);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->secret, made->secret);
}

TEST_F(SigningKeyFile, IsTheSameForAllWhoMakeItAtOnce) {
  std::vector<std::string> secrets(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& secret : secrets) {
      threads.emplace_back([this, &secret] { secret = open_signing_key(folder_).value().secret; });
    }
  }
  EXPECT_EQ(std::set(secrets.begin(), secrets.end()).size(), 1U);
}

TEST_F(SigningKeyFile, DiffersFromFolderToFolder) {
  const auto first = open_signing_key(folder_);
  std::filesystem::remove(file());
  const auto second = open_signing_key(folder_);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->secret, second->secret);
}

TEST_F(SigningKeyFile, IsRefusedWhenOthersCouldHaveReadOrChangedIt) {
  for (const mode_t mode : {0604U, 0602U, 0601U, 0620U, 0666U, 0777U}) {
    write(kGood, mode);
    const auto key = open_signing_key(folder_);
    ASSERT_FALSE(key) << std::oct << mode;
    EXPECT_EQ(key.error().kind, ErrorKind::InvalidArgument);
    EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
  }
}

TEST_F(SigningKeyFile, WarnsWhenItsGroupMayReadIt) {
  write(kGood, 0640);
  const auto key = open_signing_key(folder_);
  ASSERT_TRUE(key) << describe(key.error());
  EXPECT_EQ(key->secret, std::string(32, '\0'));
  EXPECT_EQ(key->warnings.size(), 1U);
}

TEST_F(SigningKeyFile, IsRefusedWhenItHoldsSomethingElse) {
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string(42, 'A'), std::string(44, 'A'), std::string(42, 'A') + "=",
        std::string(42, 'A') + "B", std::string(1000, 'A'), std::string(43, 'A') + "\n\n", std::string(32, '\0')}) {
    write(text);
    const auto key = open_signing_key(folder_);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().kind, ErrorKind::InvalidArgument) << text;
  }
}

TEST_F(SigningKeyFile, IsReadWithoutItsLineEnd) {
  write(std::string(43, 'A'));
  ASSERT_TRUE(open_signing_key(folder_));
}

TEST_F(SigningKeyFile, IsRefusedWhenItIsALinkOrNoFile) {
  std::ofstream(folder_ / "other") << kGood;
  ::chmod((folder_ / "other").c_str(), 0600);
  std::filesystem::create_symlink(folder_ / "other", file());
  EXPECT_FALSE(open_signing_key(folder_));
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  EXPECT_FALSE(open_signing_key(folder_));
  std::filesystem::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_FALSE(open_signing_key(folder_)) << "and does not wait for a writer";
}

TEST_F(SigningKeyFile, FailsWhereThereIsNoFolder) {
  const auto key = open_signing_key(folder_ / "missing");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace holdall::auth
