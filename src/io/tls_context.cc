#include "io/tls_context.h"

#include <array>

#include <openssl/ssl.h>

namespace holdall::io {
namespace {

namespace ssl = boost::asio::ssl;

Failure broken(const std::string& what, const std::string& path, const boost::system::error_code& error) {
  return fail(ErrorKind::InvalidArgument, "bad-tls-file",
              "The TLS " + what + " " + path + " cannot be used: " + error.message() + ".");
}

// A client that offers application protocols without http/1.1 among them is turned away by OpenSSL's alert.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> kOurs = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int outcome = SSL_select_next_proto(&chosen, out_size, kOurs.data(), kOurs.size(), offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<std::shared_ptr<ssl::context>> load_server_tls(const std::string& certificate_path,
                                                      const std::string& key_path) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol, nullptr);
  // Idle connections give their 34 KiB of record buffers back.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate_path, error);
  if (error) return broken("certificate", certificate_path, error);
  context->use_private_key_file(key_path, ssl::context::pem, error);
  if (error) return broken("key", key_path, error);
  return context;
}

}  // namespace holdall::io
