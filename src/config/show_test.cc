#include "config/show.h"

#include <fstream>

#include <gtest/gtest.h>

#include "config/load.h"

namespace holdall::config {
namespace {

using namespace std::chrono_literals;

struct Preset {
  int width = 200;
};

struct Sample {
  std::string greeting = "say \"hi\"\n";
  std::chrono::seconds expiry = 24h;
  std::uint64_t limit = 1000;
  std::string token;
  std::vector<std::string> types{".a", ".b"};
  std::map<std::string, Preset> presets{{"small", {}}};
};

void declare(Schema& schema, Sample& sample) {
  schema.add_section("b", "The second letter.");
  schema.add_bytes("b.limit", sample.limit, 1, 1 << 20, {.doc = "This | that.", .flag = "--limit"});
  schema.add_text("a.greeting", sample.greeting, {.doc = "What to say.", .env = "GREETING"});
  schema.add_duration("b.expiry", sample.expiry, 1s, 240h, {.doc = "When it ends."});
  schema.add_text("b.token", sample.token, {.doc = "A token.", .secret = true});
  schema.add_list("b.types", sample.types, {.doc = "Types."});
  schema.add_group("presets", sample.presets, "Sizes of pictures.", [](Schema& members, Preset& preset) {
    members.add_integer("width", preset.width, 1, 4096, {.doc = "Width in pixels."});
  });
  schema.accept_variable({.name = "OLD", .doc = "An old name.", .warning = ""});
}

TEST(Show, WritesTheValuesAndTheirOrigins) {
  Sample sample;
  Schema schema;
  declare(schema, sample);
  ASSERT_TRUE(load(schema, {.flags = {{"--limit", "2KiB"}}, .environment = {{"HOLDALL_PRESETS_SMALL_WIDTH", "99"}}}));
  EXPECT_EQ(show(schema), R"([b]
limit = "2KiB"  # flag --limit
expiry = "1d"  # default
# token is not set
types = [".a", ".b"]  # default

[a]
greeting = "say \"hi\"\u000A"  # default

[presets.small]
width = 99  # environment variable HOLDALL_PRESETS_SMALL_WIDTH
)");
}

TEST(Show, IsAFileThatLoadsToTheSame) {
  Sample sample;
  Schema schema;
  declare(schema, sample);
  ASSERT_TRUE(load(schema, {.flags = {{"--limit", "77"}}, .environment = {{"GREETING", "\x7F\\ \xC3\xA9 '\t"}}}));
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "holdall-show.toml";
  std::ofstream(path) << show(schema);

  Sample again;
  Schema other;
  declare(other, again);
  ASSERT_TRUE(load(other, {.file = path}));
  EXPECT_EQ(again.limit, 77U);
  EXPECT_EQ(again.greeting, "\x7F\\ \xC3\xA9 '\t");
  EXPECT_EQ(again.types, sample.types);
  EXPECT_EQ(again.expiry, sample.expiry);
}

TEST(Markdown, HasATableForEachSectionAndGroup) {
  Sample sample;
  Schema schema;
  declare(schema, sample);
  const std::string page = write_markdown(schema);
  const std::string_view expected[] = {
      "\n## b\n\nThe second letter.\n\n| key | environment | flag | default | allowed | meaning |\n",
      "| `b.limit` | `HOLDALL_B_LIMIT` | `--limit` | `\"1000B\"` | a size such as 512KiB or 2GiB, from 1B to 1MiB | "
      "This \\| that. |\n",
      "| `b.token` | `HOLDALL_B_TOKEN` |  | secret | a text | A token. |\n",
      "\n## presets\n\nSizes of pictures.\nEach is a table `[presets.<name>]`.\n",
      "| `presets.<name>.width` | `HOLDALL_PRESETS_<NAME>_WIDTH` |  | `200` | a whole number from 1 to 4096 | ",
      "\nAlways there:\n",
      "| `presets.small.width` | `HOLDALL_PRESETS_SMALL_WIDTH` |  | `200` |",
      "\n## other\n\n| key |",
      "| `a.greeting` | `GREETING` |  | `\"say \\\"hi\\\"\\u000A\"` | a text | What to say. |\n",
      "| `OLD` | An old name. |\n",
  };
  for (const auto part : expected)
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n---\n" << page;
}

}  // namespace
}  // namespace holdall::config
