#include "attachment/ole_directory.h"

#include <string>

#include <gtest/gtest.h>

#include "attachment/signature.h"
#include "attachment/testing/sample_files.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using Kind = OleDirectory::Kind;

Kind kind_of(const std::string& file, std::size_t piece) {
  OleDirectory directory;
  directory.begin(as_bytes(file).first(std::min(file.size(), kHeadSize)));
  for (std::size_t i = 0; i < file.size(); i += piece)
    directory.feed(as_bytes(std::string_view(file).substr(i, piece)));
  return directory.kind();
}

TEST(OleDirectory, TellsTheProgramThatWroteIt) {
  const std::pair<std::string_view, Kind> table[] = {
      {"WordDocument", Kind::Word},
      {"WORDDOCUMENT", Kind::Word},
      {"Workbook", Kind::Excel},
      {"Book", Kind::Excel},
      {"PowerPoint Document", Kind::PowerPoint},
      {"EncryptedPackage", Kind::Protected},
      {"EncryptionInfo", Kind::Protected},
      {"Contents", Kind::Unknown},
  };
  for (const auto& [stream, kind] : table) {
    const std::string file =
        testing::ole({{.name = "Root Entry", .child = 2}, {.name = "Data"}, {.name = stream, .left = 1}});
    EXPECT_EQ(kind_of(file, file.size()), kind) << stream;
  }
}

TEST(OleDirectory, IsCaughtWhereverItLiesAndHoweverTheBytesAreCut) {
  for (const std::uint32_t sector : {0U, 1U, 6U, 7U, 8U, 40U}) {
    const std::string file = testing::ole({{.name = "Root Entry", .child = 1}, {.name = "Workbook"}}, sector);
    for (const std::size_t piece : {1UL, 127UL, 512UL, 4096UL, file.size()})
      EXPECT_EQ(kind_of(file, piece), Kind::Excel) << sector << " in pieces of " << piece;
  }
}

TEST(OleDirectory, DoesNotTakeWhatIsEmbeddedForTheWhole) {
  const std::string file = testing::ole({{.name = "Root Entry", .child = 3},
                                         {.name = "ObjectPool", .child = 2},
                                         {.name = "Workbook"},
                                         {.name = "WordDocument", .left = 1}});
  EXPECT_EQ(kind_of(file, 512), Kind::Word);
}

TEST(OleDirectory, KnowsAnInstaller) {
  std::string file = testing::ole({{.name = "Root Entry"}}, 0);
  file.replace(512 + 80, 16, std::string("\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16));
  EXPECT_EQ(kind_of(file, 100), Kind::Installer);
}

TEST(OleDirectory, SurvivesNonsense) {
  std::string loop = testing::ole(
      {{.name = "Root Entry", .child = 1}, {.name = "a", .left = 1, .right = 2}, {.name = "b", .left = 1}});
  EXPECT_EQ(kind_of(loop, 77), Kind::Unknown);
  std::string far = testing::ole({}, 0);
  far.replace(48, 4, "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(kind_of(far, 77), Kind::Unknown);
  EXPECT_EQ(kind_of(far.substr(0, 100), 100), Kind::Unknown);
  std::string long_name = testing::ole({{.name = "Root Entry", .child = 1}, {.name = "Workbook"}});
  long_name.replace(1024 + 128 + 64, 2, "\xFF\xFF");
  EXPECT_EQ(kind_of(long_name, 77), Kind::Unknown);
}

}  // namespace
}  // namespace holdall::attachment
