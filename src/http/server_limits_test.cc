#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "http/server_fixture.h"

namespace florin::http {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// dribble sends one byte after the other for longer than a deadline of 300 ms allows, but not until
// the server has no more patience to listen to what it refused.
void dribble(TlsClient& client) {
  for (int i = 0; i < 35 && client.send("x"); ++i) std::this_thread::sleep_for(20ms);
}

// tcpEnded tells whether the server ended a connection that is not TLS yet.
bool tcpEnded(int fd) {
  char byte;
  const bool ended = ::recv(fd, &byte, 1, 0) == 0 || errno == ECONNRESET;
  ::close(fd);
  return ended;
}

TEST_F(ServerTest, SilentHandshakeIsCutOff) {
  options.limits.handshake = 1s;
  start();
  EXPECT_TRUE(tcpEnded(connectTcp(server->port())));
  EXPECT_TRUE(lives());
}

TEST_F(ServerTest, SlowHeadGets408ThoughBytesKeepComing) {
  options.limits.header = 300ms;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send("GET /ping HTTP/1.1\r\nHost: localhost\r\nX: "));
  dribble(*client);
  const Response response = client->receive();
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(response.body, "408");
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(client->ended());
  EXPECT_TRUE(lives());
}

TEST_F(ServerTest, SlowBodyGets408ThoughBytesKeepComing) {
  options.limits.body = 300ms;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n"));
  dribble(*client);
  EXPECT_EQ(client->receive().status, 408);
  EXPECT_TRUE(client->ended());
  EXPECT_TRUE(lives());
}

TEST_F(ServerTest, SlowSenderGivesItsPlaceBack) {
  options.limits.body = 100ms;
  options.limits.maxConnections = 1;
  start();
  const auto slow = connect();
  ASSERT_TRUE(slow->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf"));
  EXPECT_EQ(slow->receive().status, 408);
  EXPECT_TRUE(slow->ended());
  bool again = false;
  for (int i = 0; i < 1000 && !again; ++i) {
    again = lives();
    if (!again) std::this_thread::sleep_for(20ms);  // the server lingers a while
  }
  EXPECT_TRUE(again);
}

TEST_F(ServerTest, ConnectionThatNeverAskedIsEndedWithoutAnswer) {
  options.limits.header = 100ms;
  start();
  EXPECT_TRUE(connect()->ended());
}

TEST_F(ServerTest, DeadlineOfOneRequestIsNotThatOfTheNext) {
  options.limits.header = options.limits.body = 500ms;
  start();
  const auto client = connect();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client->send(post("text")));
    EXPECT_EQ(client->receive().status, 200);
    std::this_thread::sleep_for(300ms);
  }
}

TEST_F(ServerTest, RequestsOfOneAddressAreBounded) {
  options.limits.requestsPerSecondPerAddress = 1;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(get("/ping")));
  EXPECT_EQ(client->receive().status, 200);
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client->send(post("text")));
    const Response response = client->receive();
    if (response.status != 429) continue;
    ++refused;
    EXPECT_EQ(response.header("Retry-After"), "1");
  }
  EXPECT_GT(refused, 0);
}

TEST_F(ServerTest, HostOfAnotherIsMisdirected) {
  options.hosts = {"localhost", "127.0.0.1"};
  start();
  EXPECT_TRUE(lives());
  const auto client = connect();
  ASSERT_TRUE(client->send("GET /ping HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
  EXPECT_EQ(client->receive().status, 421);
  EXPECT_TRUE(client->ended());
}

TEST_F(ServerTest, IdleConnectionIsEnded) {
  options.limits.idle = 50ms;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(get("/ping")));
  EXPECT_EQ(client->receive().status, 200);
  EXPECT_TRUE(client->ended());
}

TEST_F(ServerTest, SlowHandlerIsNotCutOff) {
  options.limits.header = options.limits.body = options.limits.idle = options.limits.write = 500ms;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(get("/held")));
  gate.awaitWaiting(1);
  std::this_thread::sleep_for(1s);
  gate.open();
  EXPECT_EQ(client->receive().status, 200);
}

TEST_F(ServerTest, ConnectionsOfOneAddressAreBounded) {
  options.limits.maxConnectionsPerAddress = 2;
  start();
  const auto first = connect();
  auto second = connect();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(connect(), nullptr);
  ASSERT_TRUE(second->send(get("/ping", "Connection: close\r\n")));
  EXPECT_EQ(second->receive().status, 200);
  EXPECT_TRUE(second->ended());
  second.reset();
  // The place is free once the server has seen the end, which the client cannot observe.
  bool again = false;
  for (int i = 0; i < 1000 && !again; ++i) {
    again = lives();
    if (!again) std::this_thread::sleep_for(20ms);  // the server lingers a while
  }
  EXPECT_TRUE(again);
}

TEST_F(ServerTest, ConnectionsAreBounded) {
  options.limits.maxConnections = 1;
  start();
  const auto first = connect();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(connect(), nullptr);
  ASSERT_TRUE(first->send(get("/ping")));
  EXPECT_EQ(first->receive().status, 200);
}

TEST_F(ServerTest, ClientChecksTheCertificate) {
  start();
  ClientOptions right;
  right.caPem = caPem;
  EXPECT_NE(TlsClient::connect(server->port(), right), nullptr);
  ClientOptions wrong;
  wrong.caPem = newCertificate().chainPem;
  EXPECT_EQ(TlsClient::connect(server->port(), wrong), nullptr);
  EXPECT_TRUE(lives());
}

TEST_F(ServerTest, OnlyTls13AndHttp11AreSpoken) {
  start();
  ClientOptions old;
  old.maxVersion = TLS1_2_VERSION;
  EXPECT_EQ(TlsClient::connect(server->port(), old), nullptr);
  ClientOptions http2;
  http2.alpn = "h2";
  EXPECT_EQ(TlsClient::connect(server->port(), http2), nullptr);
  ClientOptions http11;
  http11.alpn = "http/1.1";
  EXPECT_NE(TlsClient::connect(server->port(), http11), nullptr);
}

TEST_F(ServerTest, PlainHttpIsCutOff) {
  start();
  const int fd = connectTcp(server->port());
  const std::string request = get("/ping");
  ASSERT_EQ(::send(fd, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  char answer[64];
  const ssize_t got = ::recv(fd, answer, sizeof answer, 0);
  EXPECT_TRUE(got <= 0 || answer[0] == 21) << "neither closed nor a TLS alert";
  ::close(fd);
}

TEST_F(ServerTest, ReloadedCertificateCountsForNewConnections) {
  start();
  const auto present = connect();
  Certificate fresh = newCertificate();
  ClientOptions freshOnly;
  freshOnly.caPem = fresh.chainPem;
  EXPECT_EQ(TlsClient::connect(server->port(), freshOnly), nullptr);
  ASSERT_TRUE(server->reloadCertificate(fresh).ok());
  EXPECT_NE(TlsClient::connect(server->port(), freshOnly), nullptr);
  ASSERT_TRUE(present->send(get("/ping")));
  EXPECT_EQ(present->receive().status, 200);

  fresh.chainPem = caPem;  // with the other one's key
  EXPECT_EQ(server->reloadCertificate(fresh).error().code(), Code::kInvalidArgument);
  EXPECT_NE(TlsClient::connect(server->port(), freshOnly), nullptr);
}

TEST_F(ServerTest, DrainAnswersWhatHasBegunAndEndsTheRest) {
  start();
  const auto idle = connect();
  const auto begun = connect();
  const auto held = connect();
  ASSERT_TRUE(begun->send("GET /ping HTTP/1.1\r\nHo"));
  ASSERT_TRUE(held->send(get("/held")));
  gate.awaitWaiting(1);
  std::this_thread::sleep_for(50ms);  // so that the first bytes of `begun` are read
  auto drained = std::async(std::launch::async, [this] { server->drain(20s); });
  EXPECT_TRUE(idle->ended());
  EXPECT_EQ(connect(), nullptr);
  ASSERT_TRUE(begun->send("st: a\r\n\r\n"));
  const Response response = begun->receive();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("Connection"), "close");
  gate.open();
  EXPECT_EQ(held->receive().status, 200);
  EXPECT_TRUE(held->ended());
  drained.wait();
}

TEST_F(ServerTest, DrainEndsEverythingAfterItsDeadline) {
  start();
  const auto begun = connect();
  ASSERT_TRUE(begun->send("GET /ping HTTP/1.1\r\nHo"));
  std::this_thread::sleep_for(50ms);
  server->drain(50ms);
  EXPECT_TRUE(begun->ended());
  server->drain(50ms);
  server->stop();
}

TEST_F(ServerTest, StopWithRequestsInTheQueueEndsCleanly) {
  options.workers = 1;
  start();
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(connect());
    ASSERT_TRUE(clients.back()->send(get("/held")));
  }
  gate.awaitWaiting(1);
  auto stopped = std::async(std::launch::async, [this] { server->stop(); });
  gate.open();
  stopped.wait();
  server.reset();
  for (const auto& client : clients) client->receive();
  EXPECT_EQ(TlsClient::connect(1), nullptr);
}

}  // namespace
}  // namespace florin::http
