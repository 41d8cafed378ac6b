#pragma once
// The server's side of TLS: certificate chain and key from PEM files.
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"

namespace holdall::io {

/// TLS 1.2 and newer, the ciphers OpenSSL calls secure, no renegotiation, HTTP/1.1 by ALPN. Reads the files once.
Result<std::shared_ptr<boost::asio::ssl::context>> load_server_tls(const std::string& certificate_path,
                                                                   const std::string& key_path);

}  // namespace holdall::io
