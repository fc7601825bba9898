#include "http/tls_context.h"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>

namespace florin::http {
namespace {

namespace ssl = boost::asio::ssl;

int selectProtocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* outLength,
                   const unsigned char* offered, unsigned offeredLength, void* /*context*/) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, outLength, kHttp11, sizeof kHttp11 - 1, offered,
                            offeredLength) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<TlsContext> makeTlsContext(const Certificate& certificate) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  if (SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set1_groups_list(native, "X25519:P-256") != 1) {
    return Error(Code::kInternal, "OpenSSL does not take our TLS settings");
  }
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // idle connections are many
  SSL_CTX_set_num_tickets(native, 1);
  SSL_CTX_set_alpn_select_cb(native, selectProtocol, nullptr);

  boost::system::error_code code;
  context->use_certificate_chain(boost::asio::buffer(certificate.chainPem), code);
  if (code) return Error(Code::kInvalidArgument, "certificate file holds no chain in PEM");
  // Without this OpenSSL would ask for the password of an encrypted key on the terminal.
  context->set_password_callback([](auto...) { return std::string(); }, code);
  const ByteView key = certificate.privateKeyPem.expose();
  context->use_private_key(boost::asio::const_buffer(key.data(), key.size()), ssl::context::pem,
                           code);
  if (code) return Error(Code::kInvalidArgument, "private key is not usable with the certificate");
  if (SSL_CTX_check_private_key(native) != 1) {
    return Error(Code::kInvalidArgument, "private key is not the certificate's");
  }
  return context;
}

}  // namespace florin::http
