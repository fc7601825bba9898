// Client is one kept-alive HTTP/1.1 connection over TLS 1.3, as light as OpenSSL lets it be: what a
// benchmark's own side costs is taken from the backend on the same machine.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"
#include "posix/unique_fd.h"

namespace florin::bench {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string caFile;
};

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

// Tls is what connections to one backend have in common.
class Tls {
 public:
  // open reads the backend's certificate. kInvalidArgument: it is not usable.
  static Result<Tls> open(const Endpoint& endpoint);
  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

 private:
  explicit Tls(std::unique_ptr<SSL_CTX, FreeSsl> context) : context_(std::move(context)) {}
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// Client is used by one thread.
class Client {
 public:
  // connect makes the handshake and checks the server's certificate. kUnavailable: it fails.
  static Result<Client> connect(const Endpoint& endpoint);
  static Result<Client> connect(const Endpoint& endpoint, const Tls& tls);

  // post and get give the body of a 200. kRefused, with the HTTP status: another answer.
  // kUnavailable: the connection is gone; kCancelled: the backend had ended it in order, and
  // nothing of an answer came.
  Result<Bytes> post(const std::string& path, const Headers& headers, ByteView body);
  Result<Bytes> get(const std::string& path);

  // ended tells that the last answer was the connection's last one; close ends it from here.
  [[nodiscard]] bool ended() const { return ended_; }
  void close() { fd_.close(); }

 private:
  Client(std::string host, posix::UniqueFd fd, std::unique_ptr<SSL, FreeSsl> ssl)
      : host_(std::move(host)), fd_(std::move(fd)), ssl_(std::move(ssl)) {}

  Result<Bytes> ask(std::string request, ByteView body);
  bool readMore();
  Result<Bytes> receive();

  std::string host_;
  posix::UniqueFd fd_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string received_;
  bool ended_ = false;
  bool endedInOrder_ = false;
};

}  // namespace florin::bench
