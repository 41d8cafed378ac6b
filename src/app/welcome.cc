#include "app/welcome.h"

#include <cstdio>

#include <unistd.h>

#include "auth/open.h"

namespace holdall::app {

std::string base_url(const boost::asio::ip::tcp::endpoint& endpoint, bool tls) {
  const auto address = endpoint.address();
  std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  if (address.is_unspecified()) host = address.is_v6() ? "[::1]" : "127.0.0.1";
  return (tls ? "https://" : "http://") + host + ":" + std::to_string(endpoint.port());
}

void welcome(const Settings& settings, const boost::asio::ip::tcp::endpoint& endpoint, const std::string& secret) {
  const std::string url = base_url(endpoint, !settings.http.tls_certificate.empty());
  std::printf("ready %s\n", url.c_str());
  if (isatty(STDOUT_FILENO) == 1) {
    const auto signer = auth::open_signer(settings.auth, secret);
    const auto token = signer ? signer->sign({.subject = "1"}, system_clock().now()) : Result<std::string>();
    if (signer && token) {
      std::printf(
          "\nTry it (a token of user 1, good for a day):\n\n"
          "  export HOLDALL_TOKEN=%s\n"
          "  echo 'Hello, Holdall' > hello.txt\n"
          "  curl -H \"Authorization: Bearer $HOLDALL_TOKEN\" -F file=@hello.txt %s/api/v1/attachments\n"
          "  curl -H \"Authorization: Bearer $HOLDALL_TOKEN\" %s/api/v1/attachments\n\n"
          "All routes: %s/docs\n\n",
          token->c_str(), url.c_str(), url.c_str(), url.c_str());
    }
  }
  std::fflush(stdout);
}

}  // namespace holdall::app
