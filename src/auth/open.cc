#include "auth/open.h"

#include <optional>

#include "auth/file_key_loader.h"
#include "auth/jwk.h"
#include "auth/url_key_loader.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

using namespace std::chrono_literals;

Failure refuse_config(std::string message) {
  return fail(ErrorKind::InvalidArgument, "configuration", std::move(message));
}

Result<std::string> decode_secret(std::string_view text, SecretEncoding encoding) {
  if (encoding == SecretEncoding::Raw) return std::string(text);
  if (auto bytes = parse_base64url(text)) return *std::move(bytes);
  return refuse_config("The secret is not base64url (letters, digits, - and _, no padding).");
}

// Editors and echo end a file with a line end that nobody means.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Result<KeySet> single(Result<Key> key) {
  HOLDALL_TRY(Key value, std::move(key));
  KeySet out;
  out.keys.push_back(std::move(value));
  return out;
}

Result<std::string> configured_secret(const Config& config) {
  if (!config.secret.empty()) return decode_secret(config.secret, config.secret_encoding);
  HOLDALL_TRY(const std::string text, read_key_file(config.secret_file));
  return decode_secret(without_line_end(text), config.secret_encoding);
}

Result<std::vector<KeyFile>> key_files(const Config& config) {
  std::vector<KeyFile> files;
  if (!config.secret_file.empty()) {
    files.push_back({config.secret_file,
                     [encoding = config.secret_encoding,
                      algorithm = config.secret_algorithm](std::string_view text) -> Result<KeySet> {
                       HOLDALL_TRY(const std::string secret, decode_secret(without_line_end(text), encoding));
                       return single(Key::from_secret(secret, algorithm));
                     }});
  }
  for (const auto& [name, key] : config.public_keys) {
    if (key.file.empty()) return refuse_config("public_keys." + name + ".file is missing.");
    files.push_back({key.file, [algorithm = parse_algorithm(key.algorithm), id = key.key_id](std::string_view text) {
                       return single(Key::from_pem(text, algorithm, id));
                     }});
  }
  if (!config.jwks_file.empty()) {
    files.push_back({config.jwks_file, [](std::string_view text) { return parse_jwks(text, SecretKeys::Taken); }});
  }
  return files;
}

RefreshTimes file_times(const Config& config) {
  return {.shortest = 5s, .longest = 5s, .usual = 5s, .grace = config.jwks_grace, .between_demands = 1s};
}

}  // namespace

Result<std::vector<std::shared_ptr<KeySource>>> open_key_sources(const Config& config, std::string_view own_secret,
                                                                 const Report& report) {
  if (!config.secret.empty() && !config.secret_file.empty()) {
    return refuse_config("auth.secret and auth.secret_file are both set; keep one of them.");
  }
  std::vector<std::shared_ptr<KeySource>> out;
  if (!has_keys(config)) {
    HOLDALL_TRY(KeySet keys, single(Key::from_secret(own_secret, Algorithm::HS256)));
    out.push_back(std::make_shared<FixedKeys>(std::move(keys)));
    return out;
  }
  if (!config.secret.empty()) {
    HOLDALL_TRY(const std::string secret, configured_secret(config));
    HOLDALL_TRY(KeySet keys, single(Key::from_secret(secret, config.secret_algorithm)));
    out.push_back(std::make_shared<FixedKeys>(std::move(keys)));
  }
  HOLDALL_TRY(std::vector<KeyFile> files, key_files(config));
  if (!files.empty()) {
    auto source =
        std::make_shared<JwksSource>(std::make_unique<FileKeyLoader>(std::move(files)), file_times(config), report);
    HOLDALL_TRY_VOID(source->load_first());
    source->start();
    out.push_back(std::move(source));
  }
  if (!config.jwks_url.empty()) {
    HOLDALL_TRY_VOID(check_key_url(config.jwks_url));
    auto source = std::make_shared<JwksSource>(std::make_unique<UrlKeyLoader>(config.jwks_url),
                                               RefreshTimes{.grace = config.jwks_grace}, report);
    source->start();
    out.push_back(std::move(source));
  }
  return out;
}

Result<std::unique_ptr<TokenVerifier>> open_verifier(const Config& config, std::string_view own_secret,
                                                     const Clock& clock, const Report& report) {
  HOLDALL_TRY(auto sources, open_key_sources(config, own_secret, report));
  const TokenVerifier::Options options{.rules = claim_rules(config), .cache_entries = config.cache_entries};
  return std::make_unique<TokenVerifier>(std::move(sources), options, clock);
}

Result<Signer> open_signer(const Config& config, std::string_view own_secret) {
  if (!config.secret.empty() || !config.secret_file.empty()) {
    HOLDALL_TRY(const std::string secret, configured_secret(config));
    return Signer::create(secret, config.secret_algorithm);
  }
  if (!has_keys(config)) return Signer::create(own_secret);
  return fail(ErrorKind::InvalidArgument, "no-secret",
              "This installation takes the tokens of an issuer, which alone can sign them; get a token there.");
}

}  // namespace holdall::auth
