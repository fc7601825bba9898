#include "http/plain_receiver.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>
#include <thread>

#include "base/bytes.h"
#include "base/limits.h"
#include "http/listen_error.h"
#include "http/request_reader.h"

// As in server.cc.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace florin::http {

namespace asio = boost::asio;
namespace limits = base::limits;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

auto into(error_code& code) { return asio::redirect_error(asio::use_awaitable, code); }

std::string answerOf(const ports::HttpResponse& response) {
  std::string answer = "HTTP/1.1 " + std::to_string(response.status) +
                       " -\r\nContent-Length: " + std::to_string(response.body.size()) +
                       "\r\nConnection: close\r\n";
  if (!response.body.empty()) answer += "Content-Type: application/json\r\n";
  answer += "\r\n";
  answer += base::asText(response.body);
  return answer;
}

ports::HttpResponse only(int status) {
  ports::HttpResponse response;
  response.status = status;
  return response;
}

class AsioReceiver : public PlainReceiver {
 public:
  explicit AsioReceiver(Take take) : take_(std::move(take)), acceptor_(io_) {}
  ~AsioReceiver() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Status listen(std::uint16_t port) {
    error_code code;
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(limits::kPlainConnections, code);
    if (code) return listenError(code);
    port_ = acceptor_.local_endpoint(code).port();
    asio::co_spawn(io_, acceptAll(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  asio::awaitable<void> acceptAll() {
    while (true) {
      error_code code;
      tcp::socket socket(io_);
      co_await acceptor_.async_accept(socket, into(code));
      if (code) co_return;
      if (open_ == limits::kPlainConnections) continue;  // closes it
      asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    struct Counted {
      int& open;
      explicit Counted(int& count) : open(count) { ++open; }
      ~Counted() { --open; }
    };
    const Counted counted(open_);
    boost::beast::tcp_stream stream(std::move(socket));
    stream.expires_after(limits::kHttpBodyDeadline);
    RequestReader reader(limits::kHttpHeader);
    const ports::HttpResponse response = co_await receive(stream, reader);
    if (response.status == 0) co_return;
    const std::string answer = answerOf(response);
    error_code code;
    co_await asio::async_write(stream, asio::buffer(answer), into(code));
    if (!code) stream.socket().shutdown(tcp::socket::shutdown_send, code);
  }

  // receive gives the answer; status 0: there is nobody to answer.
  asio::awaitable<ports::HttpResponse> receive(boost::beast::tcp_stream& stream,
                                               RequestReader& reader) {
    bool headRead = false;
    std::array<std::uint8_t, 4096> chunk{};
    while (true) {
      const Result<bool> step = headRead ? reader.readBody(limits::kJsonBody) : reader.readHead();
      if (!step.ok()) co_return only(step.error().code() == Code::kTooLarge ? 413 : 400);
      if (*step && headRead) co_return take_(reader.take());
      if (*step) {
        headRead = true;
        continue;
      }
      error_code code;
      const std::size_t got = co_await stream.async_read_some(asio::buffer(chunk), into(code));
      if (code) co_return only(0);
      reader.feed(ByteView(chunk.data(), got));
    }
  }

  const Take take_;
  std::uint16_t port_ = 0;
  int open_ = 0;  // before io_, whose end destroys the connections
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<PlainReceiver>> PlainReceiver::start(std::uint16_t port, Take take) {
  auto receiver = std::make_unique<AsioReceiver>(std::move(take));
  FLORIN_TRY(receiver->listen(port));
  return std::unique_ptr<PlainReceiver>(std::move(receiver));
}

}  // namespace florin::http
