// CurlTransport: requests over HTTPS by libcurl, the SDK's default Transport.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "florin/transport.h"

namespace florin::curl {

// What the server must prove: a certificate under `caPem` for the host of baseUrl, a public key of
// `pinnedKeys`, or both when both are given. At least one of them is needed; the machine's own list
// of authorities is never used.
struct CurlOptions {
  std::string baseUrl;                  // "https://host" or "https://host:port", no path
  std::string caPem;                    // certificates, PEM; empty: the pinned keys alone decide
  std::vector<std::string> pinnedKeys;  // "sha256//" and base64 of SPKI's SHA-256 (RFC 7469)
  SecretBytes clientPem = {};  // the client's certificate and private key; empty: it shows none
  std::chrono::milliseconds connectTimeout = base::limits::kTransportConnect;
  std::size_t maxResponseBytes = base::limits::kTransportResponse;
  std::string userAgent = "florin";
};

// CurlTransport has one thread, which runs all transfers and calls every `done`; `done` must not
// block for long nor throw. Connections are kept and reused. TLS 1.3, HTTP/1.1, no redirect, no
// proxy, no cookie. Thread-safe.
//
// Errors of send, beside those of Transport: kInvalidArgument: method, path or a header is not
// well-formed; kExhausted: limits::kTransportRequests are in flight; kCancelled: the transport was
// destroyed. The detail is libcurl's code, that of kUnauthenticated a CertificateFault.
class CurlTransport : public Transport {
 public:
  // make connects to nothing yet. kInvalidArgument: baseUrl is not as above, neither authority nor
  // key is given, a key is not of that form, caPem holds no certificate, or clientPem none.
  static Result<std::unique_ptr<CurlTransport>> make(const CurlOptions& options);

  // The destructor ends every transfer with kCancelled before it returns. It may run in a `done`;
  // the others are then called after that one.
  ~CurlTransport() override;

  void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) override;

 private:
  class Worker;
  explicit CurlTransport(std::shared_ptr<Worker> worker);

  std::shared_ptr<Worker> worker_;  // shared with its thread, which may outlive this object
};

}  // namespace florin::curl
