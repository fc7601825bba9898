#include "posix/tcp_stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "base/bytes.h"

namespace florin::posix {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// Listener is somebody of this machine who can be connected to.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_.get(), generic, size), 0);
    EXPECT_EQ(::listen(fd_.get(), 1), 0);
    EXPECT_EQ(::getsockname(fd_.get(), generic, &size), 0);
    port_ = std::to_string(::ntohs(address.sin_port));
  }
  [[nodiscard]] const std::string& port() const { return port_; }
  [[nodiscard]] UniqueFd accept() const {
    return UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  UniqueFd fd_;
  std::string port_;
};

TEST(TcpStreamTest, PiecesArriveWhole) {
  const Listener listener;
  auto stream = TcpStream::connect("127.0.0.1", listener.port(), 10s).value();
  const UniqueFd peer = listener.accept();
  EXPECT_FALSE(stream.waitReadable(1ms).value());
  const Bytes sent(200'000, 0x5A);
  std::thread echo([&] {
    Bytes piece(1000);
    for (std::size_t all = 0; all < sent.size();) {
      const ssize_t count = ::recv(peer.get(), piece.data(), piece.size(), 0);
      ASSERT_GT(count, 0);
      ASSERT_EQ(::send(peer.get(), piece.data(), static_cast<std::size_t>(count), 0), count);
      all += static_cast<std::size_t>(count);
    }
  });
  std::thread writer([&] { EXPECT_TRUE(stream.write(sent, 60s).ok()); });
  writer.join();
  Bytes back(sent.size());
  EXPECT_TRUE(stream.read(back, 60s).ok());
  echo.join();
  EXPECT_EQ(back, sent);
}

TEST(TcpStreamTest, EndAndDeadlineAreTold) {
  const Listener listener;
  auto stream = TcpStream::connect("127.0.0.1", listener.port(), 10s).value();
  UniqueFd peer = listener.accept();
  Bytes two(2);
  ASSERT_EQ(::send(peer.get(), "x", 1, 0), 1);
  EXPECT_EQ(stream.read(two, 1ms).error().code(), Code::kDeadline);
  peer.close();
  EXPECT_TRUE(stream.waitReadable(10s).value());
  EXPECT_EQ(stream.read(two, 10s).error().code(), Code::kUnavailable);
}

TEST(TcpStreamTest, NobodyListeningIsUnavailable) {
  std::string port;
  {
    const Listener gone;
    port = gone.port();
  }
  EXPECT_EQ(TcpStream::connect("127.0.0.1", port, 10s).error().code(), Code::kUnavailable);
  EXPECT_EQ(TcpStream::connect("127.0.0.1", "http", 10s).error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace florin::posix
