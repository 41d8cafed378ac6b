#include "config/load.h"

#include <fstream>

#include <gtest/gtest.h>

#include "config/founding.h"
#include "config/show.h"

namespace holdall::config {
namespace {

using namespace std::chrono_literals;

enum class Format { Text, Json };

struct Collection {
  std::vector<std::string> allowed_types{".jpg", ".txt"};
  std::uint64_t max_file_size = 10 << 20;
};

struct Sample {
  std::string listen = "127.0.0.1:8080";
  std::chrono::milliseconds header_timeout = 10s;
  std::chrono::seconds expiry = 24h;
  std::uint64_t max_body = 1 << 20;
  int connections = 1000;
  bool access_log = false;
  Format format = Format::Text;
  std::string signing_key;
  std::filesystem::path data = "./holdall-data";
  std::vector<std::string> origins;
  std::map<std::string, Collection> collections{{"default", {}}};
};

void declare(Schema& schema, Sample& sample) {
  schema.add_section("http", "The listener.");
  schema.add_text(
      "http.listen", sample.listen,
      {.doc = "Where to listen.", .flag = "--listen", .allowed = "HOST:PORT", .check = [](std::string_view text) {
         return text.find(':') != std::string_view::npos;
       }});
  schema.add_duration("http.header_timeout", sample.header_timeout, 1s, 10min, {.doc = "Time for the headers."});
  schema.add_bytes("http.max_body", sample.max_body, 1, 1LL << 40, {.doc = "Largest body."});
  schema.add_integer("http.connections", sample.connections, 1, 100'000, {.doc = "Connections | at once."});
  schema.add_bool("http.access_log", sample.access_log, {.doc = "Log requests.", .flag = "--access-log"});
  schema.add_list("http.origins", sample.origins,
                  {.doc = "CORS origins.", .check = [](std::string_view text) { return text.starts_with("http"); }});
  schema.add_choice("log.format", sample.format, {{"text", Format::Text}, {"json", Format::Json}}, {.doc = "Log."});
  schema.add_text("auth.signing_key", sample.signing_key, {.doc = "The key.", .secret = true});
  schema.add_path("store.data", sample.data, {.doc = "The folder.", .flag = "--data"});
  schema.add_duration("uploads.expiry", sample.expiry, 1min, 720h, {.doc = "When uploads expire."});
  schema.add_group("collections", sample.collections, "Policies.", [](Schema& members, Collection& collection) {
    members.add_list("allowed_types", collection.allowed_types, {.doc = "Types."});
    members.add_bytes("max_file_size", collection.max_file_size, 1, 1LL << 50, {.doc = "Size."});
  });
  schema.rename("collections.default.max_file_size", {.env = "HOLDALL_MAX_FILE_SIZE", .flag = "--max-file-size"});
  schema.rename("collections.default.allowed_types", {.env = "HOLDALL_ALLOWED_TYPES", .flag = "--allow-types"});
  reserve_founding_variables(schema);
}

class Load : public ::testing::Test {
 protected:
  Load() { declare(schema, sample); }

  std::filesystem::path file(std::string_view text) {
    const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / name();
    std::ofstream(path) << text;
    return path;
  }

  static std::string name() {
    return std::string("holdall-") + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";
  }

  // The message of the error, with the folder of the file taken out.
  std::string refusal(const Sources& sources) {
    const auto loaded = load(schema, sources);
    if (loaded) return "(loaded)";
    std::string message = loaded.error().message;
    const std::string folder = std::filesystem::path(::testing::TempDir()) / "";
    for (std::size_t at = message.find(folder); at != std::string::npos; at = message.find(folder)) {
      message.erase(at, folder.size());
    }
    return message;
  }

  Sample sample;
  Schema schema;
};

TEST_F(Load, KeepsTheDefaultsWhenNothingIsGiven) {
  ASSERT_EQ(load(schema, {}), Warnings{});
  EXPECT_EQ(sample.listen, "127.0.0.1:8080");
  EXPECT_EQ(sample.header_timeout, 10s);
  EXPECT_EQ(schema.find_key("http.listen")->origin.source, Source::Default);
}

TEST_F(Load, TakesEveryKindFromAFile) {
  const auto path = file(R"(
[http]
listen = "0.0.0.0:80"
header_timeout = "2500ms"
max_body = "3MiB"
connections = 7
access_log = true
origins = ["https://a.example", "http://b.example"]
[log]
format = "json"
[auth]
signing_key = "s3cret"
[store]
data = "/srv/holdall"
[uploads]
expiry = "7d"
)");
  ASSERT_EQ(load(schema, {.file = path}), Warnings{});
  EXPECT_EQ(sample.listen, "0.0.0.0:80");
  EXPECT_EQ(sample.header_timeout, 2500ms);
  EXPECT_EQ(sample.max_body, 3U << 20);
  EXPECT_EQ(sample.connections, 7);
  EXPECT_TRUE(sample.access_log);
  EXPECT_EQ(sample.origins, (std::vector<std::string>{"https://a.example", "http://b.example"}));
  EXPECT_EQ(sample.format, Format::Json);
  EXPECT_EQ(sample.signing_key, "s3cret");
  EXPECT_EQ(sample.data, "/srv/holdall");
  EXPECT_EQ(sample.expiry, 168h);
  EXPECT_EQ(describe(schema.find_key("http.connections")->origin), path.string() + ":6");
}

TEST_F(Load, TakesEveryKindFromTheEnvironment) {
  ASSERT_EQ(load(schema, {.environment = {{"HOLDALL_HTTP_LISTEN", "[::1]:0"},
                                          {"HOLDALL_HTTP_HEADER_TIMEOUT", "3s"},
                                          {"HOLDALL_HTTP_MAX_BODY", "4096"},
                                          {"HOLDALL_HTTP_CONNECTIONS", "12"},
                                          {"HOLDALL_HTTP_ACCESS_LOG", "1"},
                                          {"HOLDALL_HTTP_ORIGINS", "https://a.example , http://b.example"},
                                          {"HOLDALL_LOG_FORMAT", "json"},
                                          {"HOLDALL_MAX_FILE_SIZE", "2GiB"},
                                          {"HOLDALL_ALLOWED_TYPES", ".txt,.png,image/*"},
                                          {"PATH", "/bin"}}}),
            Warnings{});
  EXPECT_EQ(sample.listen, "[::1]:0");
  EXPECT_EQ(sample.header_timeout, 3s);
  EXPECT_EQ(sample.max_body, 4096U);
  EXPECT_EQ(sample.connections, 12);
  EXPECT_TRUE(sample.access_log);
  EXPECT_EQ(sample.origins, (std::vector<std::string>{"https://a.example", "http://b.example"}));
  EXPECT_EQ(sample.format, Format::Json);
  EXPECT_EQ(sample.collections["default"].max_file_size, 2ULL << 30);
  EXPECT_EQ(sample.collections["default"].allowed_types, (std::vector<std::string>{".txt", ".png", "image/*"}));
}

TEST_F(Load, PutsFlagsOverEnvironmentOverFileOverDefaults) {
  const auto path = file("[http]\nlisten = \"file:1\"\nconnections = 1\nmax_body = 1\n");
  ASSERT_TRUE(load(schema, {.flags = {{"--listen", "flag:3"}},
                            .environment = {{"HOLDALL_HTTP_LISTEN", "env:2"}, {"HOLDALL_HTTP_CONNECTIONS", "2"}},
                            .file = path}));
  EXPECT_EQ(sample.listen, "flag:3");
  EXPECT_EQ(sample.connections, 2);
  EXPECT_EQ(sample.max_body, 1U);
  EXPECT_EQ(sample.header_timeout, 10s);
  EXPECT_EQ(describe(schema.find_key("http.listen")->origin), "flag --listen");
  EXPECT_EQ(describe(schema.find_key("http.connections")->origin), "environment variable HOLDALL_HTTP_CONNECTIONS");
  EXPECT_EQ(describe(schema.find_key("http.max_body")->origin), path.string() + ":4");
  EXPECT_EQ(describe(schema.find_key("http.header_timeout")->origin), "default");
}

TEST_F(Load, MakesAMemberOfAGroupForEachTable) {
  const auto path = file(R"(
[collections.photos]
allowed_types = ["image/*"]
max_file_size = "20MiB"
[collections.empty-1]
)");
  ASSERT_EQ(load(schema, {.environment = {{"HOLDALL_COLLECTIONS_PHOTOS_MAX_FILE_SIZE", "30MiB"}}, .file = path}),
            Warnings{});
  ASSERT_EQ(sample.collections.size(), 3U);
  EXPECT_EQ(sample.collections["photos"].allowed_types, std::vector<std::string>{"image/*"});
  EXPECT_EQ(sample.collections["photos"].max_file_size, 30U << 20);
  EXPECT_EQ(sample.collections["empty-1"].max_file_size, 10U << 20);
  EXPECT_EQ(sample.collections["default"].max_file_size, 10U << 20);
}

TEST_F(Load, TreatsAnEmptyVariableAsNotSet) {
  ASSERT_EQ(load(schema, {.environment = {{"HOLDALL_HTTP_CONNECTIONS", ""}, {"HOLDALL_NONSENSE", ""}}}), Warnings{});
  EXPECT_EQ(sample.connections, 1000);
}

TEST_F(Load, WarnsOfVariablesThatFillNothing) {
  EXPECT_EQ(load(schema, {.environment = {{"HOLDALL_HTTP_LISTN", "x:1"}, {"HOLDALL_TEST_CRASH_AT", "rename"}}}),
            Warnings{"The environment variable HOLDALL_HTTP_LISTN is not known and has no effect; did you mean "
                     "HOLDALL_HTTP_LISTEN."});
  EXPECT_EQ(load(schema, {.environment = {{"HOLDALL_COLLECTIONS_DEFAULT_ALLOWED_TYPES", ".txt"}}}),
            Warnings{"The environment variable HOLDALL_COLLECTIONS_DEFAULT_ALLOWED_TYPES is not known and has no "
                     "effect; did you mean HOLDALL_ALLOWED_TYPES."});
  EXPECT_EQ(load(schema, {.environment = {{"S3_ACCESS_KEY", "AKIA"}}}),
            Warnings{"S3_ACCESS_KEY is set, but this version keeps files in a folder only: it has no effect."});
}

struct FileCase {
  std::string_view text;
  std::string_view message;
};

TEST_F(Load, RefusesAWrongFileWithOneSentence) {
  const std::string file_name = name();
  const FileCase cases[] = {
      {"[http]\nconnections = 0", "http.connections cannot be 0 (@:2): it must be a whole number from 1 to 100000."},
      {"[http]\nconnections = \"7\"",
       "http.connections cannot be \"7\" (@:2): it must be a whole number from 1 to 100000."},
      {"[http]\nconnections = 7.5",
       "http.connections cannot be 7.5 (@:2): it must be a whole number from 1 to 100000."},
      {"[http]\nconnections = true",
       "http.connections cannot be true (@:2): it must be a whole number from 1 to 100000."},
      {"[http]\naccess_log = 1", "http.access_log cannot be 1 (@:2): it must be true or false."},
      {"[http]\nlisten = \"8080\"", "http.listen cannot be \"8080\" (@:2): it must be HOST:PORT."},
      {"[http]\nlisten = \"a\\u0000:\"", "http.listen cannot be \"a\\u0000:\" (@:2): it must be HOST:PORT."},
      {"[http]\nheader_timeout = 10",
       "http.header_timeout cannot be 10 (@:2): it must be a length of time such as 500ms, 10s or 24h, from 1s to "
       "10min."},
      {"[http]\nheader_timeout = \"11min\"",
       "http.header_timeout cannot be \"11min\" (@:2): it must be a length of time such as 500ms, 10s or 24h, from 1s "
       "to 10min."},
      {"[uploads]\nexpiry = \"90500ms\"",
       "uploads.expiry cannot be \"90500ms\" (@:2): it must be a length of time such as 500ms, 10s or 24h, from 1min "
       "to 30d, in steps of 1s."},
      {"[http]\nmax_body = \"2 GiB\"",
       "http.max_body cannot be \"2 GiB\" (@:2): it must be a size such as 512KiB or 2GiB, from 1B to 1TiB."},
      {"[http]\nmax_body = -1",
       "http.max_body cannot be -1 (@:2): it must be a size such as 512KiB or 2GiB, from 1B to 1TiB."},
      {"[http]\norigins = [\"http://a\", \"b\"]",
       "http.origins cannot be [\"http://a\", \"b\"] (@:2): it must be a list of texts."},
      {"[http]\norigins = \"http://a\"", "http.origins cannot be \"http://a\" (@:2): it must be a list of texts."},
      {"[http]\norigins = [1]", "http.origins cannot be [ 1 ] (@:2): it must be a list of texts."},
      {"[log]\nformat = \"Json\"", "log.format cannot be \"Json\" (@:2): it must be \"text\" or \"json\"."},
      {"[auth]\nsigning_key = 12345678", "auth.signing_key cannot be *** (@:2): it must be a text."},
      {"[http]\nlisten_on = \"a:1\"", "http.listen_on (@:2) is not a known setting; did you mean http.listen."},
      {"max_body = 1", "max_body (@:1) is not a known setting; did you mean http.max_body."},
      {"zzzzzzzzzzzz = 1", "zzzzzzzzzzzz (@:1) is not a known setting."},
      {"http = 1", "http (@:1) is not a known setting."},
      {"[htpp]", "[htpp] (@:1) is not a known table; did you mean http."},
      {"[http.listen.deep]\nx = 1", "[http.listen] (@:1) is not a known table."},
      {"\"a.b\" = 1", "@:1: \"a.b\" is not a known setting."},
      {"[collections.photos]\nmax_size = 1",
       "collections.photos.max_size (@:2) is not a known setting; did you mean collections.photos.max_file_size."},
      {"[collections.Photos]",
       "collections.Photos (@:1) is not a good name: use 1 to 63 of a-z, 0-9, '_' and '-', beginning with a letter or "
       "digit."},
      {"[collections.a-b]\n[collections.a_b]",
       "collections.a_b (@:2) is not a good name: it would share the environment variable "
       "HOLDALL_COLLECTIONS_A_B_MAX_FILE_SIZE with another setting."},
      {"[collections.photos.deep]", "[collections.photos.deep] (@:1) is not a known table."},
      {"[[http]]\nconnections = 1", "http (@:1) is not a known setting."},
  };
  for (const auto& [text, expected] : cases) {
    Sample fresh;
    Schema fresh_schema;
    declare(fresh_schema, fresh);
    const auto loaded = load(fresh_schema, {.file = file(text)});
    ASSERT_FALSE(loaded) << text;
    std::string message = loaded.error().message;
    const std::string path = (std::filesystem::path(::testing::TempDir()) / file_name).string();
    for (auto at = message.find(path); at != std::string::npos; at = message.find(path)) {
      message.replace(at, path.size(), "@");
    }
    EXPECT_EQ(message, expected) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::InvalidArgument);
  }
}

TEST_F(Load, NamesTheLineOfBrokenToml) {
  EXPECT_TRUE(refusal({.file = file("[http]\nconnections = = 1\n")}).starts_with(name() + ":2: "));
  EXPECT_TRUE(refusal({.file = file("[http]\nconnections = 1\nconnections = 2\n")}).starts_with(name() + ":3: "));
}

TEST_F(Load, RefusesAFileThatIsNotThereOrTooLarge) {
  EXPECT_EQ(refusal({.file = std::filesystem::path(::testing::TempDir()) / "not-there.toml"}),
            "The configuration file not-there.toml cannot be opened.");
  EXPECT_EQ(refusal({.file = "/"}), "The configuration file / cannot be read.");
  EXPECT_EQ(refusal({.file = file(std::string((1 << 20) + 1, '#'))}),
            "The configuration file " + name() + " is larger than 1MiB.");
  EXPECT_EQ(refusal({.file = file(std::string(1 << 20, '#'))}), "(loaded)");
}

TEST_F(Load, RefusesAWrongVariable) {
  EXPECT_EQ(refusal({.environment = {{"HOLDALL_HTTP_CONNECTIONS", "many"}}}),
            "http.connections cannot be \"many\" (environment variable HOLDALL_HTTP_CONNECTIONS): it must be a whole "
            "number from 1 to 100000.");
  EXPECT_EQ(refusal({.environment = {{"HOLDALL_HTTP_ACCESS_LOG", "yes"}}}),
            "http.access_log cannot be \"yes\" (environment variable HOLDALL_HTTP_ACCESS_LOG): it must be true or "
            "false.");
  EXPECT_EQ(refusal({.environment = {{"HOLDALL_ALLOWED_TYPES", ".txt,,.png"}}}),
            "collections.default.allowed_types cannot be \".txt,,.png\" (environment variable HOLDALL_ALLOWED_TYPES): "
            "it must be a list of texts.");
  EXPECT_NE(refusal({.environment = {{"HOLDALL_ALLOWED_TYPES", ".txt,"}}}), "(loaded)");
}

TEST_F(Load, RefusesAWrongFlag) {
  EXPECT_EQ(refusal({.flags = {{"--max-file-size", "2 gigs"}}}),
            "collections.default.max_file_size cannot be \"2 gigs\" (flag --max-file-size): it must be a size such as "
            "512KiB or 2GiB, from 1B to 1024TiB.");
  EXPECT_EQ(refusal({.flags = {{"--lisen", "a:1"}}}), "--lisen is not a known flag.");
}

TEST_F(Load, JudgesAlsoWhatIsOverridden) {
  EXPECT_EQ(refusal({.flags = {{"--listen", "a:1"}}, .environment = {{"HOLDALL_HTTP_LISTEN", "nowhere"}}}),
            "http.listen cannot be \"nowhere\" (environment variable HOLDALL_HTTP_LISTEN): it must be HOST:PORT.");
}

TEST_F(Load, NeverPrintsASecret) {
  const auto path = file("[auth]\nsigning_key = \"hunter2\"\n");
  ASSERT_TRUE(load(schema, {.file = path}));
  EXPECT_EQ(show(schema).find("hunter2"), std::string::npos);
  EXPECT_NE(show(schema).find("# signing_key = \"***\"  # " + path.string() + ":2\n"), std::string::npos);
}

}  // namespace
}  // namespace holdall::config
