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

int withoutTicket(int verified, X509_STORE_CTX* store) {
  auto* const connection =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  SSL_set_num_tickets(connection, 0);
  return verified;
}

Status takeAuthorities(ssl::context& context, const std::string& pem) {
  SSL_CTX* const native = context.native_handle();
  boost::system::error_code code;
  context.add_certificate_authority(boost::asio::buffer(pem), code);
  if (code) return Error(Code::kInvalidArgument, "client CA file holds no certificates in PEM");
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, withoutTicket);
  // Clients choose a certificate by the names that they are told.
  const STACK_OF(X509_OBJECT)* const known =
      X509_STORE_get0_objects(SSL_CTX_get_cert_store(native));
  for (int i = 0; i < sk_X509_OBJECT_num(known); ++i) {
    X509* const authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(known, i));
    if (authority != nullptr) SSL_CTX_add_client_CA(native, authority);
  }
  return {};
}

}  // namespace

Bytes clientCertificateOf(SSL* connection) {
  X509* const certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return {};
  Bytes hash(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), hash.data(), &size) != 1) return {};
  hash.resize(size);
  return hash;
}

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
  // Tickets of wallets bind to it; without one a client that was asked for a certificate cannot
  // resume.
  static constexpr unsigned char kSessions[] = "florin";
  SSL_CTX_set_session_id_context(native, kSessions, sizeof kSessions - 1);
  if (!certificate.clientAuthoritiesPem.empty()) {
    FLORIN_TRY(takeAuthorities(*context, certificate.clientAuthoritiesPem));
  }
  return context;
}

}  // namespace florin::http
