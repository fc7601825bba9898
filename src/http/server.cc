#include "http/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <thread>
#include <unordered_set>

#include "http/connection.h"
#include "http/listen_error.h"

// g++ 12 takes the two halves of asio's own pair of allocation functions for different ones, where
// it inlines a coroutine's frame.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace florin::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};

// Two for each processor: one may wait for a page of the store, which no thread can tell.
unsigned workersAtOnce() { return 2 * std::max(1U, std::thread::hardware_concurrency()); }

// What Server::start was given to use.
struct Borrowed {
  const Dispatcher& dispatcher;
  base::Clock& clock;
  base::Random& random;
  Log& log;
  base::Metrics& metrics;
};

class AsioServer : public Server {
 public:
  AsioServer(const ServerOptions& options, TlsContext tls, const Borrowed& borrowed)
      : limits_(options.limits),
        hosts_(options.hosts),
        log_(borrowed.log),
        metrics_(borrowed.metrics),
        tls_(std::move(tls)),
        addresses_(limits_.maxConnectionsPerAddress, limits_.requestsPerSecondPerAddress),
        acceptor_(io_),
        workers_(options.workers, workersAtOnce(), options.limits.queue),
        services_{io_,
                  workers_,
                  borrowed.dispatcher,
                  borrowed.clock,
                  borrowed.random,
                  borrowed.metrics,
                  limits_,
                  hosts_,
                  addresses_,
                  draining_} {}

  ~AsioServer() override { stop(); }

  Status listen(const std::string& address, std::uint16_t port);
  void serve();

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  void drain(std::chrono::milliseconds deadline) override;
  void stop() override;
  Status reloadCertificate(const Certificate& certificate) override;

 private:
  asio::awaitable<void> acceptAll();
  void admit(tcp::socket socket);
  asio::awaitable<void> serveOne(tcp::socket socket, std::string peer);
  void leave(const Connection& connection, const std::string& peer);

  const ServerLimits limits_;
  const HostNames hosts_;
  Log& log_;
  base::Metrics& metrics_;
  std::uint16_t port_ = 0;

  // Of the thread of io_. They stand before io_, whose end destroys what still waits in it.
  TlsContext tls_;
  std::unordered_set<Connection*> connections_;
  AddressLimits addresses_;
  bool draining_ = false;

  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  WorkerPool workers_;
  Services services_;
  std::thread thread_;
  std::promise<void> finished_;
};

Status AsioServer::listen(const std::string& address, std::uint16_t port) {
  error_code code;
  const auto ip = asio::ip::make_address(address, code);
  if (code) return Error(Code::kInvalidArgument, "listen address is not an IP address");
  const tcp::endpoint endpoint(ip, port);
  acceptor_.open(endpoint.protocol(), code);
  if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(base::limits::kHttpBacklog, code);
  if (code) return listenError(code);
  port_ = acceptor_.local_endpoint(code).port();
  return {};
}

void AsioServer::serve() {
  asio::co_spawn(io_, acceptAll(), asio::detached);
  thread_ = std::thread([this] {
    io_.run();  // until nothing is left to do, or stop
    finished_.set_value();
  });
}

asio::awaitable<void> AsioServer::acceptAll() {
  asio::steady_timer pause(io_);
  while (acceptor_.is_open()) {
    error_code code;
    tcp::socket socket(io_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, code));
    if (!code) {
      admit(std::move(socket));
      continue;
    }
    // No descriptor left, most likely: trying at once would only burn the processor.
    if (!acceptor_.is_open()) co_return;
    log_.warning("http.accept_failed", {{"errno", code.value()}});
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, code));
  }
}

void AsioServer::admit(tcp::socket socket) {
  error_code code;
  const tcp::endpoint peer = socket.remote_endpoint(code);
  if (code) return;  // gone already
  socket.set_option(tcp::no_delay(true), code);
  std::string address = clientOf(peer.address());
  if (connections_.size() >= limits_.maxConnections) {
    metrics_.count("http_connections_refused", "total");
    return;
  }
  if (!addresses_.enter(address)) {
    metrics_.count("http_connections_refused", "address");
    return;
  }
  asio::co_spawn(io_, serveOne(std::move(socket), std::move(address)), asio::detached);
}

asio::awaitable<void> AsioServer::serveOne(tcp::socket socket, std::string peer) {
  Connection connection(services_, std::move(socket), peer, tls_);
  // Also when the server ends and this coroutine is destroyed where it waits.
  struct Entry {
    AsioServer& server;
    Connection& connection;
    const std::string& peer;
    Entry(AsioServer& s, Connection& c, const std::string& p) : server(s), connection(c), peer(p) {
      server.connections_.insert(&connection);
      server.metrics_.gauge("http_connections", std::ssize(server.connections_));
    }
    ~Entry() { server.leave(connection, peer); }
  };
  const Entry entry(*this, connection, peer);
  co_await connection.run();
}

void AsioServer::leave(const Connection& connection, const std::string& peer) {
  connections_.erase(const_cast<Connection*>(&connection));
  addresses_.leave(peer, std::chrono::steady_clock::now());
  metrics_.gauge("http_connections", std::ssize(connections_));
}

void AsioServer::drain(std::chrono::milliseconds deadline) {
  if (thread_.joinable()) {
    asio::post(io_, [this] {
      draining_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      for (Connection* connection : connections_) connection->endIfIdle();
    });
    finished_.get_future().wait_for(deadline);
  }
  stop();
}

void AsioServer::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  workers_.stop();
  error_code ignored;
  acceptor_.close(ignored);
  for (Connection* connection : connections_) connection->close();
}

Status AsioServer::reloadCertificate(const Certificate& certificate) {
  FLORIN_TRY_ASSIGN(TlsContext fresh, makeTlsContext(certificate));
  asio::post(io_, [this, fresh = std::move(fresh)] { tls_ = fresh; });
  return {};
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const Dispatcher& dispatcher,
                                              base::Clock& clock, base::Random& random, Log& log,
                                              base::Metrics& metrics) {
  FLORIN_TRY_ASSIGN(TlsContext tls, makeTlsContext(options.certificate));
  const Borrowed borrowed{dispatcher, clock, random, log, metrics};
  auto server = std::make_unique<AsioServer>(options, std::move(tls), borrowed);
  FLORIN_TRY(server->listen(options.address, options.port));
  server->serve();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace florin::http
