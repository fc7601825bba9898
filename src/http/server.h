// Server: HTTPS for the backend's routes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "florin/log.h"
#include "http/dispatcher.h"

namespace florin::http {

// Certificate: what the server proves itself with, and who may vouch for its clients.
struct Certificate {
  std::string chainPem;                   // the server's certificate first
  SecretBytes privateKeyPem;              // not encrypted
  std::string clientAuthoritiesPem = {};  // empty: clients are asked for no certificate
};

// ServerLimits: each deadline counts from the beginning of its phase, however many bytes arrive.
struct ServerLimits {
  std::chrono::milliseconds handshake = base::limits::kHttpHandshakeDeadline;
  std::chrono::milliseconds header = base::limits::kHttpHeaderDeadline;  // from its first byte
  std::chrono::milliseconds body = base::limits::kHttpBodyDeadline;
  std::chrono::milliseconds write = base::limits::kHttpWriteDeadline;
  std::chrono::milliseconds idle = base::limits::kHttpIdle;  // between requests
  std::size_t maxHeader = base::limits::kHttpHeader;
  std::size_t maxConnections = base::limits::kHttpConnections;
  std::size_t maxConnectionsPerAddress = base::limits::kHttpConnectionsPerAddress;
  unsigned requestsPerSecondPerAddress = 0;      // 0: no bound
  std::size_t queue = base::limits::kHttpQueue;  // requests that wait for a worker
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address of this machine
  std::uint16_t port = 0;             // 0: any free one, see Server::port
  std::vector<std::string> hosts;     // what Host may say, without a port; none: anything
  Certificate certificate;
  unsigned workers = 2;  // threads that run handlers
  ServerLimits limits;
};

// Server speaks HTTP/1.1 over TLS 1.3: one thread for all connections, `workers` for the handlers.
// It keeps connections alive, reads one request of each at a time, and refuses what
// http/request_reader.h lists (400, 431), a Host that is not its own (421), bodies above the
// route's bound (413), requests over their address's rate (429) and requests that find the queue
// full (503, both with Retry-After). A client that sends its request too slowly gets 408 and is cut
// off, as is one that lets another deadline pass. Its functions may be called from any thread but a
// handler's; drain and stop from one at a time.
class Server {
 public:
  // start listens and serves. Everything borrowed must outlive the server; `clock` is for Date,
  // `random` makes correlation ids. kInvalidArgument: the address, the certificate or its key is
  // not usable; kConflict, with errno: the port is taken; kRefused: it needs a privilege;
  // kUnavailable: another error of the system.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, const Dispatcher& dispatcher,
                                               base::Clock& clock, base::Random& random, Log& log,
                                               base::Metrics& metrics);

  // The destructor stops.
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;

  // drain takes no more connections, closes the idle ones, answers every request whose first byte
  // was read, and stops when that is done or `deadline` is over.
  virtual void drain(std::chrono::milliseconds deadline) = 0;

  // stop closes everything at once; it waits for handlers that run. Idempotent.
  virtual void stop() = 0;

  // reloadCertificate serves new connections with another certificate; present ones stay.
  // kInvalidArgument: it is not usable; the old one stays.
  virtual Status reloadCertificate(const Certificate& certificate) = 0;
};

}  // namespace florin::http
