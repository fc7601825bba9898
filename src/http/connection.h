// Internal to this room: what one client sees of the server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "base/time.h"
#include "http/address_limits.h"
#include "http/host_names.h"
#include "http/request_reader.h"
#include "http/tls_context.h"
#include "http/worker_pool.h"

namespace florin::http {

// Services: what all connections of a server share. `draining`, `addresses` and the connections
// themselves belong to the thread of `io`.
struct Services {
  boost::asio::io_context& io;
  WorkerPool& workers;
  const Dispatcher& dispatcher;
  base::Clock& clock;
  base::Random& random;
  base::Metrics& metrics;
  const ServerLimits& limits;
  const HostNames& hosts;
  AddressLimits& addresses;
  const bool& draining;
};

// Connection serves one socket until either side has enough.
class Connection {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  Connection(Services services, Socket socket, std::string peer, TlsContext tls);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // run ends when the connection is over.
  Awaitable<void> run();

  // endIfIdle wakes the connection up when it only waits for a client to begin.
  void endIfIdle();

  void close();

 private:
  enum class Next { kRequest, kClose, kGone };
  struct Job;
  struct Deadline;

  void begin(std::chrono::milliseconds patience);
  void passDeadline();
  Awaitable<bool> readSome();
  Awaitable<bool> readHead(std::chrono::milliseconds patience);
  Awaitable<bool> readBody(std::size_t maxBody);
  [[nodiscard]] Refusal refusal(Refusal whenTooLarge) const;
  Awaitable<Next> serveOne(std::chrono::milliseconds patience);
  Awaitable<ports::HttpResponse> handle(ports::HttpRequest& request);
  Awaitable<Next> answer(const ports::HttpRequest& request, const ports::HttpResponse& response,
                         Next next);
  Awaitable<bool> write(std::string_view bytes);
  Awaitable<void> shutdown();

  void identify(ports::HttpRequest& request) const;
  boost::beast::tcp_stream& tcp() { return stream_.next_layer(); }

  Services services_;
  std::string peer_;
  Bytes clientCertificate_;
  TlsContext tls_;
  boost::asio::ssl::stream<boost::beast::tcp_stream> stream_;
  RequestReader reader_;
  std::array<std::uint8_t, 4096> chunk_{};
  std::shared_ptr<Deadline> deadline_;
  std::optional<Error> refused_;  // why the last readHead or readBody failed, if not by the network
  bool idle_ = true;              // nothing of a request has come since the last answer
  bool late_ = false;             // the phase's time is over
};

}  // namespace florin::http
