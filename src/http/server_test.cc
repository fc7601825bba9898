#include "http/server_fixture.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace florin::http {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST_F(ServerTest, AnswersWithTheHeadersThatEveryAnswerHas) {
  start();
  const auto client = connect();
  ASSERT_NE(client, nullptr);
  const std::string id = "00112233445566778899aabbccddeeff";
  ASSERT_TRUE(client->send(get("/ping?q=1", "X-Correlation-Id: " + id + "\r\n")));
  const Response response = client->receive();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "/ping");
  EXPECT_EQ(response.header("Content-Type"), "text/plain");
  EXPECT_EQ(response.header("X-Correlation-Id"), id);
  EXPECT_EQ(response.header("Strict-Transport-Security"), "max-age=31536000");
  EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.header("Cache-Control"), "no-store");
  EXPECT_EQ(response.header("Server"), "absent");
  EXPECT_EQ(response.header("Connection"), "absent");
}

TEST_F(ServerTest, CorrelationIdThatIsNoneIsReplaced) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(get("/ping", "X-Correlation-Id: '; drop table\r\n")));
  EXPECT_TRUE(base::CorrelationId::parse(client->receive().header("X-Correlation-Id")).ok());
}

TEST_F(ServerTest, ConnectionIsKeptForManyRequests) {
  start();
  const auto client = connect();
  for (int i = 0; i < 20; ++i) {
    const std::string body = "body " + std::to_string(i);
    ASSERT_TRUE(client->send(post(body)));
    EXPECT_EQ(client->receive().body, body);
  }
  ASSERT_TRUE(client->send(get("/absent")));
  EXPECT_EQ(client->receive().status, 404);
  ASSERT_TRUE(client->send(get("/echo")));
  const Response wrongMethod = client->receive();
  EXPECT_EQ(wrongMethod.status, 405);
  EXPECT_EQ(wrongMethod.header("Allow"), "POST");
  ASSERT_TRUE(client->send(get("/ping", "Connection: close\r\n")));
  EXPECT_EQ(client->receive().header("Connection"), "close");
  EXPECT_TRUE(client->ended());
}

TEST_F(ServerTest, RequestsSentTogetherAreAnsweredInTheirOrder) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(post("one") + post("two") + get("/ping")));
  EXPECT_EQ(client->receive().body, "one");
  EXPECT_EQ(client->receive().body, "two");
  EXPECT_EQ(client->receive().body, "/ping");
}

TEST_F(ServerTest, BodyThatIsTooLongIsRefusedBeforeItIsSent) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"));
  const Response response = client->receive();
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(client->ended());
}

TEST_F(ServerTest, RefusalArrivesAlthoughTheBodyIsSentOn) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send("POST /absent HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"));
  ASSERT_TRUE(client->send(std::string(100'000, 'x')));
  EXPECT_EQ(client->receive().status, 404);
}

TEST_F(ServerTest, LongestBodyIsTaken) {
  start();
  const auto client = connect();
  const std::string body(kMaxBody, 'b');
  ASSERT_TRUE(client->send(post(body)));
  EXPECT_EQ(client->receive().body, body);
}

TEST_F(ServerTest, HeadThatIsTooLongIsRefused) {
  options.limits.maxHeader = 500;
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(get("/ping", "X: " + std::string(1000, 'x') + "\r\n")));
  EXPECT_EQ(client->receive().status, 431);
  EXPECT_TRUE(client->ended());
}

TEST_F(ServerTest, SmugglingFormsAreRefusedAndTheRestIsNotRead) {
  start();
  const std::string second = get("/ping");
  for (const std::string& framing :
       {std::string("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        std::string("Content-Length: 0\r\nContent-Length: 5\r\n"),
        std::string("Transfer-Encoding: xchunked\r\n"), std::string("Host: b\r\n")}) {
    const auto client = connect();
    ASSERT_TRUE(
        client->send("POST /echo HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n0\r\n\r\n" + second));
    EXPECT_EQ(client->receive().status, 400) << framing;
    EXPECT_TRUE(client->ended()) << framing;
  }
}

// Beast 1.81 has an assertion that a client could run into (D12).
TEST_F(ServerTest, LastChunkInPartsDoesNotEndTheServer) {
  start();
  const auto client = connect();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* part : {head.c_str(), "0\r\n", "\r", "\n"}) {
    ASSERT_TRUE(client->send(part));
    std::this_thread::sleep_for(20ms);  // so that each part is read alone
  }
  EXPECT_EQ(client->receive().status, 200);
  EXPECT_TRUE(lives());
}

TEST_F(ServerTest, ClientThatWaitsIsToldToContinue) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client->receive().status, 100);
  ASSERT_TRUE(client->send("hi"));
  EXPECT_EQ(client->receive().body, "hi");
}

TEST_F(ServerTest, ManyClientsGetTheirOwnAnswers) {
  start();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([this, t, &right] {
      const auto client = connect();
      for (int i = 0; client != nullptr && i < 50; ++i) {
        const std::string body = std::to_string(t) + ":" + std::to_string(i);
        if (client->send(post(body)) && client->receive().body == body) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 300);
}

TEST_F(ServerTest, FullQueueIsRefusedAndTheConnectionKept) {
  options.workers = 1;
  options.limits.queue = 1;
  start();
  const auto running = connect();
  ASSERT_TRUE(running->send(get("/held")));
  gate.awaitWaiting(1);
  // One of these waits in the queue; the others are refused while the gate is shut.
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto client = connect();
      if (!client->send(get("/held"))) return;
      const Response response = client->receive();
      if (response.status == 200) ++answered;
      if (response.status != 503) return;
      EXPECT_EQ(response.header("Retry-After"), "1");
      EXPECT_EQ(response.header("Connection"), "absent");
      if (++refused == 3) gate.open();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(running->receive().status, 200);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(answered, 1);
}

TEST_F(ServerTest, PortInUseIsAConflictWithErrno) {
  start();
  ServerOptions second;
  second.port = server->port();
  second.certificate = newCertificate();
  const auto started = Server::start(std::move(second), dispatcher, clock, random, log, metrics);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code(), Code::kConflict);
  EXPECT_EQ(started.error().detail(), EADDRINUSE);
}

TEST_F(ServerTest, UnusableOptionsAreNamed) {
  const auto codeOf = [&](ServerOptions bad) {
    const auto started = Server::start(std::move(bad), dispatcher, clock, random, log, metrics);
    return started.ok() ? Code::kInternal : started.error().code();
  };
  for (const char* address : {"localhost", "", "1.2.3", "192.0.2.1"}) {
    ServerOptions bad;
    bad.address = address;
    bad.certificate = newCertificate();
    EXPECT_EQ(codeOf(std::move(bad)), Code::kInvalidArgument) << address;
  }
  ServerOptions mixed;
  mixed.certificate = newCertificate();
  mixed.certificate.privateKeyPem = newCertificate().privateKeyPem;
  EXPECT_EQ(codeOf(std::move(mixed)), Code::kInvalidArgument);
  EXPECT_EQ(codeOf(ServerOptions()), Code::kInvalidArgument);
}

TEST_F(ServerTest, LogNamesRouteAndStatusButNothingOfTheClient) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send(post("secret")));
  EXPECT_EQ(client->receive().status, 200);
  ASSERT_TRUE(client->send(get("/secret?secret", "Authorization: secret\r\n")));
  EXPECT_EQ(client->receive().status, 404);
  EXPECT_EQ(log.count("http.request"), 2U);
  EXPECT_NE(log.text().find("/echo"), std::string::npos);
  EXPECT_EQ(log.text().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace florin::http
