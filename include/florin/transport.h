// Transport carries requests to the backend. It knows nothing of their meaning: confidentiality
// does not rest on it, since the channel of docs/protocol.md is inside. The default is libcurl with
// the backend's certificate authority pinned.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

struct TransportRequest {
  std::string method;  // "GET" or "POST"
  std::string path;    // from the root, for example "/cps/v1/exchange"
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

struct TransportResponse {
  int status = 0;                                            // HTTP status
  std::vector<std::pair<std::string, std::string>> headers;  // names in lowercase
  Bytes body;
};

class FLORIN_EXPORT Transport {
 public:
  virtual ~Transport() = default;
  using Done = std::function<void(Result<TransportResponse>)>;

  // send sends one request and calls `done` exactly once, on any thread, also after the deadline.
  // kUnavailable: there is no connection; kDeadline: it may or may not have arrived;
  // kUnauthenticated: the server's certificate is not the pinned one; kTooLarge: the response
  // exceeds the limit. A redirect is a response like any other.
  virtual void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) = 0;
};

// What is wrong with a server's certificate: the detail of the default transport's
// kUnauthenticated.
enum class CertificateFault : std::uint8_t {
  kOther = 0,
  kUnknownAuthority = 1,  // not under the given certificates
  kOtherHost = 2,         // not for the host of baseUrl
  kNotValidNow = 3,       // expired, or not valid yet
  kOtherKey = 4,          // its key is none of the pinned ones
};

// What the server must prove: a certificate for the host of `baseUrl` under those given as text or
// as a file, one of the pinned keys, or both. At least one is needed; the machine's own list of
// authorities is never used.
struct HttpsOptions {
  std::string baseUrl;                  // "https://host" or "https://host:port", no path
  std::string caPem;                    // certificates, PEM
  std::string caFile;                   // or a file that holds them
  std::vector<std::string> pinnedKeys;  // "sha256//" and base64 of SPKI's SHA-256 (RFC 7469)
  // What the client shows to a server that asks for it: its certificate and the private key, PEM,
  // in one file that is its owner's only. Wallets show none.
  std::string clientPemFile = {};
};

// makeHttpsTransport gives the default Transport, over libcurl: TLS 1.3, connections reused, no
// redirect, no proxy, no cookie. It connects to nothing yet. Destroying it ends every request with
// kCancelled. kInvalidArgument: an option has not its form; else the error of reading the file.
FLORIN_EXPORT Result<std::unique_ptr<Transport>> makeHttpsTransport(const HttpsOptions& options);

}  // namespace florin
