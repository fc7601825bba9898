#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "curl/send_and_wait.h"
#include "curl/transport.h"

namespace florin::curl {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// A socket on the loopback that nobody serves: with `listening` connections are made and never
// answered, without it they are refused.
class DeafSocket {
 public:
  explicit DeafSocket(bool listening) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_, generic, length), 0);
    EXPECT_EQ(::getsockname(fd_, generic, &length), 0);
    EXPECT_TRUE(!listening || ::listen(fd_, 8) == 0);
    url_ = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~DeafSocket() { ::close(fd_); }
  DeafSocket(const DeafSocket&) = delete;
  DeafSocket& operator=(const DeafSocket&) = delete;
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  int fd_;
  std::string url_;
};

std::unique_ptr<CurlTransport> transportTo(const std::string& url) {
  CurlOptions options;
  options.baseUrl = url;
  options.pinnedKeys = {kPin};
  return std::move(CurlTransport::make(options)).value();
}

Code codeOfMake(const CurlOptions& options) {
  const auto made = CurlTransport::make(options);
  return made.ok() ? Code::kInternal : made.error().code();
}

TEST(CurlOptionsTest, OnlyAnHttpsOriginIsTaken) {
  for (const char* url :
       {"http://host", "ftp://host", "host", "", "https://", "https://host/path", "https://host?q",
        "https://host#f", "https://user@host", "https://user:word@host", "file:///etc/passwd"}) {
    CurlOptions options;
    options.baseUrl = url;
    options.pinnedKeys = {kPin};
    EXPECT_EQ(codeOfMake(options), Code::kInvalidArgument) << url;
  }
  EXPECT_NE(transportTo("https://host/"), nullptr);
  EXPECT_NE(transportTo("https://[::1]:8443"), nullptr);
}

TEST(CurlOptionsTest, SomethingMustProveTheServer) {
  CurlOptions options;
  options.baseUrl = "https://host";
  EXPECT_EQ(codeOfMake(options), Code::kInvalidArgument);
  options.caPem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(codeOfMake(options), Code::kInvalidArgument);
  options.caPem.clear();
  for (const char* pin :
       {"", "sha256//", "sha1//AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "sha256//AAAAAAAAAAAAAAAAAAAAA;AAAAAAAAAAAAAAAAAAAAA="}) {
    options.pinnedKeys = {kPin, pin};
    EXPECT_EQ(codeOfMake(options), Code::kInvalidArgument) << pin;
  }
}

TEST(CurlTransportTest, RefusedConnectionIsUnavailable) {
  const DeafSocket nobody(false);
  const auto transport = transportTo(nobody.url());
  const auto answer = sendAndWait(*transport, {"GET", "/", {}, {}}, 5s);
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
}

TEST(CurlTransportTest, UnknownHostIsUnavailable) {
  const auto transport = transportTo("https://host.invalid");
  const auto answer = sendAndWait(*transport, {"GET", "/", {}, {}}, 5s);
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
}

TEST(CurlTransportTest, ServerThatNeverGreetsIsUnavailableAfterTheDeadline) {
  const DeafSocket deaf(true);
  const auto transport = transportTo(deaf.url());
  const auto answer = sendAndWait(*transport, {"GET", "/", {}, {}}, 50ms);
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
}

TEST(CurlTransportTest, RequestWithoutTimeIsNotSent) {
  const DeafSocket deaf(true);
  const auto transport = transportTo(deaf.url());
  const auto answer = sendAndWait(*transport, {"GET", "/", {}, {}}, 0ms);
  EXPECT_EQ(answer.error().code(), Code::kDeadline);
}

TEST(CurlTransportTest, RequestThatCouldSmuggleIsRefused) {
  const DeafSocket deaf(true);
  const auto transport = transportTo(deaf.url());
  const std::vector<TransportRequest> requests = {
      {"DELETE", "/", {}, {}},
      {"GET\r\n", "/", {}, {}},
      {"GET", "", {}, {}},
      {"GET", "@evil.example/", {}, {}},
      {"GET", "/a b", {}, {}},
      {"GET", "/a\r\nX: y", {}, {}},
      {"GET", std::string("/a\0b", 4), {}, {}},
      {"GET", "/a#b", {}, {}},
      {"GET", "/", {{"x", "y\r\nz: w"}}, {}},
      {"GET", "/", {{"x:", "y"}}, {}},
      {"GET", "/", {{"", "y"}}, {}},
  };
  for (const TransportRequest& request : requests) {
    const auto answer = sendAndWait(*transport, request, 50ms);
    EXPECT_EQ(answer.error().code(), Code::kInvalidArgument) << request.method << request.path;
  }
}

TEST(CurlTransportTest, DestructionCancelsWhatIsOnItsWay) {
  const DeafSocket deaf(true);
  auto transport = transportTo(deaf.url());
  std::atomic<int> cancelled = 0;
  for (int i = 0; i < 20; ++i) {
    transport->send({"POST", "/", {}, Bytes(100)}, 60s, [&](Result<TransportResponse> answer) {
      if (!answer.ok() && answer.error().code() == Code::kCancelled) ++cancelled;
    });
  }
  transport.reset();
  EXPECT_EQ(cancelled, 20);
}

TEST(CurlTransportTest, MayBeDestroyedInADone) {
  const DeafSocket nobody(false);
  auto transport = transportTo(nobody.url());
  std::promise<void> destroyed;
  CurlTransport& borrowed = *transport;
  const auto owned = std::make_shared<std::unique_ptr<CurlTransport>>(std::move(transport));
  borrowed.send({"GET", "/", {}, {}}, 5s, [&, owned](const Result<TransportResponse>&) {
    owned->reset();
    destroyed.set_value();
  });
  destroyed.get_future().wait();
}

}  // namespace
}  // namespace florin::curl
