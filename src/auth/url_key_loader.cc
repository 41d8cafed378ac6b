#include "auth/url_key_loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <mutex>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "auth/jwk.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

constexpr long kTimeoutMs = 5000;
constexpr long kMaxRedirects = 3;

template <auto free_function>
struct CurlFree {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Easy = std::unique_ptr<CURL, CurlFree<curl_easy_cleanup>>;
using Headers = std::unique_ptr<curl_slist, CurlFree<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, CurlFree<curl_url_cleanup>>;

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

// curl itself resolves "localhost" to the loopback addresses, whatever the resolver says (since 7.77).
bool is_loopback(std::string host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

struct Transfer {
  std::string body;
  std::string cache_control;
  std::stop_token stop;
  bool is_too_large = false;
};

std::size_t on_body(const char* data, std::size_t, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (count > kMaxJwksBytes - transfer.body.size()) {
    transfer.is_too_large = true;
    return 0;
  }
  transfer.body.append(data, count);
  return count;
}

std::size_t on_header(const char* data, std::size_t, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view line(data, count);
  if (line.starts_with("HTTP/")) transfer.cache_control.clear();  // of a redirect or an interim answer
  const std::size_t colon = line.find(':');
  if (colon != line.npos && equals_ignoring_case(line.substr(0, colon), "cache-control") &&
      transfer.cache_control.size() < 8192) {
    transfer.cache_control += std::string(line.substr(colon + 1, line.find_last_not_of("\r\n") - colon)) + ",";
  }
  return count;
}

int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(context)->stop.stop_requested() ? 1 : 0;
}

void set_limits(CURL* easy, bool is_https) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, is_https ? "https" : "http");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, is_https ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // A proxy may stand before the world, never before this machine.
  if (!is_https) curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

void set_callbacks(CURL* easy, Transfer& transfer) {
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

Failure unavailable(const std::string& url, const std::string& why) {
  return fail(ErrorKind::Unavailable, "key-url", "The keys at " + url + " cannot be fetched: " + why + ".");
}

}  // namespace

UrlKeyLoader::UrlKeyLoader(std::string url) : url_(std::move(url)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Result<std::optional<LoadedKeys>> UrlKeyLoader::load(std::stop_token stop) {
  const Easy easy(curl_easy_init());
  const Headers headers(curl_slist_append(nullptr, "Accept: application/jwk-set+json, application/json"));
  if (!easy || !headers) return fail(internal_error("curl_easy_init"));
  Transfer transfer{.body = {}, .cache_control = {}, .stop = std::move(stop)};
  std::array<char, CURL_ERROR_SIZE> reason{};
  curl_easy_setopt(easy.get(), CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "holdall");
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, reason.data());
  set_limits(easy.get(), url_.starts_with("https:"));
  set_callbacks(easy.get(), transfer);

  const CURLcode code = curl_easy_perform(easy.get());
  if (transfer.is_too_large) return unavailable(url_, "the answer is larger than 1 MiB");
  if (code != CURLE_OK) return unavailable(url_, reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return unavailable(url_, "the answer is " + std::to_string(status));
  HOLDALL_TRY(KeySet keys, parse_jwks(transfer.body, SecretKeys::Skipped));
  return LoadedKeys{std::move(keys), parse_max_age(transfer.cache_control)};
}

Result<void> check_key_url(const std::string& url) {
  const auto refuse_url = [&](const char* why) {
    return fail(ErrorKind::InvalidArgument, "key-url", "The key URL " + url + " " + why);
  };
  const Url parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return refuse_url("is not a URL.");
  }
  if (!part_of(parsed.get(), CURLUPART_USER).empty() || !part_of(parsed.get(), CURLUPART_PASSWORD).empty()) {
    // Not repeated in the message: it holds a password.
    return fail(ErrorKind::InvalidArgument, "key-url", "A key URL must not contain a user or a password.");
  }
  if (url.starts_with("https://")) return {};
  if (url.starts_with("http://") && is_loopback(part_of(parsed.get(), CURLUPART_HOST))) return {};
  return refuse_url("must begin with https:// (http:// is for this machine only).");
}

std::optional<std::chrono::seconds> parse_max_age(std::string_view cache_control) {
  std::optional<std::chrono::seconds> out;
  while (!cache_control.empty()) {
    const std::size_t comma = std::min(cache_control.find(','), cache_control.size());
    const std::string directive = ascii_lower(trim(cache_control.substr(0, comma)));
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
    if (directive == "no-store" || directive.starts_with("no-cache")) return std::chrono::seconds(0);
    constexpr std::string_view kName = "max-age=";
    if (!directive.starts_with(kName)) continue;
    std::string_view digits = std::string_view(directive).substr(kName.size());
    if (digits.size() >= 2 && digits.front() == '"' && digits.back() == '"')
      digits = digits.substr(1, digits.size() - 2);
    // RFC 9111 section 1.2.2: a number too large counts as 2^31.
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error == std::errc::result_out_of_range) seconds = std::int64_t{1} << 31;
    if (digits.empty() || end != digits.data() + digits.size() || error == std::errc::invalid_argument || seconds < 0) {
      return std::chrono::seconds(0);  // section 4.2.1: what is invalid is stale
    }
    const std::chrono::seconds age(std::min(seconds, std::int64_t{1} << 31));
    out = out ? std::min(*out, age) : age;
  }
  return out;
}

}  // namespace holdall::auth
