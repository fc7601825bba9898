// For tests: a client that can send anything, over TLS.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "http/test_authority.h"

namespace florin::http {

struct ClientOptions {
  std::string caPem;  // empty: the server is not checked
  int maxVersion = TLS1_3_VERSION;
  std::string alpn;                          // one protocol; empty: none is offered
  const ClientIdentity* identity = nullptr;  // shown when the server asks for a certificate
};

// Response as it came; status 0 when the connection ended before one was whole.
struct Response {
  int status = 0;
  std::string head;  // with the status line
  std::string body;

  // header gives the value of a header, or "absent".
  [[nodiscard]] std::string header(const std::string& name) const;
};

class TlsClient {
 public:
  // connect gives null when the connection or the handshake fails.
  static std::unique_ptr<TlsClient> connect(std::uint16_t port, const ClientOptions& options = {});

  // send: false when the connection is gone.
  bool send(std::string_view text);

  Response receive();

  // ended waits for the server to end the connection; false when it sent something instead.
  bool ended();

  // hasTicket: the server lets it resume. It is known when an answer has come.
  [[nodiscard]] bool hasTicket() const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(const int* fd) const;
  };
  using ContextPtr = std::unique_ptr<SSL_CTX, Free>;

  TlsClient() = default;
  static ContextPtr makeContext(const ClientOptions& options);
  bool readMore();

  ContextPtr context_;
  std::unique_ptr<const int, Free> fd_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string received_;
  bool patienceOver_ = false;  // the server neither sent nor ended
};

// connectTcp gives a socket, or -1.
int connectTcp(std::uint16_t port);

}  // namespace florin::http
