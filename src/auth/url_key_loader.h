#pragma once
// A JWK Set that an issuer publishes, fetched with libcurl.
#include <string>
#include <string_view>

#include "auth/key_loader.h"

namespace holdall::auth {

/// GET over https, or over http from this machine (127.0.0.0/8, ::1, localhost), without user and password in the URL.
/// At most 1 MiB in at most 5 s; at most three redirects, from https to https only. Unavailable when there is no answer
/// of 200, InvalidArgument when there is one without usable keys; secret keys in it are skipped. `max_age` is that of
/// Cache-Control (RFC 9111 section 5.2.2; no-store, no-cache: 0).
class UrlKeyLoader final : public KeyLoader {
 public:
  /// The URL has passed check_key_url.
  explicit UrlKeyLoader(std::string url);

  Result<std::optional<LoadedKeys>> load(std::stop_token stop) override;
  std::string name() const override { return url_; }

 private:
  std::string url_;
};

/// InvalidArgument, in a sentence for whoever wrote the configuration, when keys may not be fetched from there.
Result<void> check_key_url(const std::string& url);

/// The lifetime that the value of a Cache-Control field allows; nothing where it names none.
std::optional<std::chrono::seconds> parse_max_age(std::string_view cache_control);

}  // namespace holdall::auth
