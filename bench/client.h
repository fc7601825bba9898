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

using Headers = std::vector<std::pair<std::string, std::string>>;

// Client is used by one thread.
class Client {
 public:
  // connect makes the handshake and checks the server's certificate. kUnavailable: it fails.
  static Result<Client> connect(const Endpoint& endpoint);

  // post gives the body of a 200. kRefused, with the HTTP status: another answer. kUnavailable:
  // the connection is gone.
  Result<Bytes> post(const std::string& path, const Headers& headers, ByteView body);

 private:
  Client(std::string host, posix::UniqueFd fd, std::unique_ptr<SSL_CTX, FreeSsl> context,
         std::unique_ptr<SSL, FreeSsl> ssl)
      : host_(std::move(host)),
        fd_(std::move(fd)),
        context_(std::move(context)),
        ssl_(std::move(ssl)) {}

  bool readMore();
  Result<Bytes> receive();

  std::string host_;
  posix::UniqueFd fd_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string received_;
};

}  // namespace florin::bench
