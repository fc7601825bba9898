#include <atomic>
#include <cstdlib>
#include <future>
#include <thread>

#include "codec/base64url.h"
#include "curl/send_and_wait.h"
#include "curl/transport.h"
#include "http/server_fixture.h"

namespace florin {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

struct TransportTest : http::ServerTest {
  std::unique_ptr<Transport> open(const std::function<void(curl::CurlOptions&)>& change = {}) {
    curl::CurlOptions wish;
    wish.baseUrl = "https://127.0.0.1:" + std::to_string(server->port());
    wish.caPem = caPem;
    if (change) change(wish);
    return std::move(curl::CurlTransport::make(wish)).value();
  }

  static Result<TransportResponse> echo(Transport& transport, std::string_view body,
                                        std::chrono::milliseconds deadline = 20s) {
    TransportRequest request{"POST", "/echo", {}, base::toBytes(base::asBytes(body))};
    return curl::sendAndWait(transport, std::move(request), deadline);
  }

  static std::string pinOf(std::string_view pem) {
    return "sha256//" + codec::toBase64(crypto::spkiSha256OfCertificate(pem).value());
  }
};

TEST_F(TransportTest, CarriesRequestsAndTheirAnswers) {
  start();
  const auto transport = open();
  const auto answer = echo(*transport, "hello");
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(base::asText(answer->body), "hello");
  bool found = false;
  for (const auto& [name, value] : answer->headers) {
    found = found || (name == "x-content-type-options" && value == "nosniff");
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(curl::sendAndWait(*transport, {"GET", "/absent", {}, {}}, 20s)->status, 404);
}

TEST_F(TransportTest, HeadersAndEmptyBodiesArrive) {
  start();
  const auto transport = open();
  const std::string id = "00112233445566778899aabbccddeeff";
  TransportRequest request{"POST", "/echo", {{"X-Correlation-Id", id}, {"X-Empty", ""}}, {}};
  const auto answer = curl::sendAndWait(*transport, std::move(request), 20s);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(base::asText(answer->body), "/echo");
  EXPECT_NE(std::find(answer->headers.begin(), answer->headers.end(),
                      std::make_pair(std::string("x-correlation-id"), id)),
            answer->headers.end());
}

TEST_F(TransportTest, ConnectionIsReused) {
  options.limits.maxConnections = 1;
  start();
  const auto transport = open();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(echo(*transport, "again").ok()) << i;
}

TEST_F(TransportTest, ConnectionThatTheServerEndedIsReplaced) {
  options.limits.idle = 30ms;
  start();
  const auto transport = open();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(echo(*transport, "again").ok()) << i;
    std::this_thread::sleep_for(60ms);
  }
}

TEST_F(TransportTest, ManyRequestsAtOnceEachGetTheirAnswer) {
  start();
  const auto transport = open();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string body = std::to_string(t) + ":" + std::to_string(i);
        const auto answer = echo(*transport, body);
        if (answer.ok() && base::asText(answer->body) == body) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
}

// expectFault holds an error to what is wrong with the certificate.
void expectFault(const Result<TransportResponse>& answer, CertificateFault fault) {
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kUnauthenticated);
  EXPECT_EQ(answer.error().detail(), static_cast<int>(fault)) << answer.error().text();
}

TEST_F(TransportTest, AnotherAuthorityIsUnauthenticated) {
  start();
  const std::string other = newCertificate().chainPem;
  const auto transport = open([&](auto& wish) { wish.caPem = other; });
  expectFault(echo(*transport, "x"), CertificateFault::kUnknownAuthority);
}

TEST_F(TransportTest, CertificateOfAnotherNameIsUnauthenticated) {
  auto made =
      crypto::makeServerCertificate({"other.example"}, fakes::FakeClock::kStart, 3650, random);
  options.certificate = {made->certificatePem, std::move(made->privateKeyPem)};
  start();
  expectFault(echo(*open(), "x"), CertificateFault::kOtherHost);
}

TEST_F(TransportTest, CertificateThatIsOverIsUnauthenticated) {
  auto made = crypto::makeServerCertificate({"127.0.0.1"}, base::fromMs(0), 1, random);
  options.certificate = {made->certificatePem, std::move(made->privateKeyPem)};
  start();
  expectFault(echo(*open(), "x"), CertificateFault::kNotValidNow);
}

TEST_F(TransportTest, PinnedKeyAloneProvesTheServer) {
  start();
  const std::string right = pinOf(caPem);
  const std::string wrong = pinOf(newCertificate().chainPem);
  const auto pinned = [&](std::vector<std::string> pins, bool withCa) {
    const auto transport = open([&](auto& wish) {
      wish.pinnedKeys = std::move(pins);
      if (!withCa) wish.caPem.clear();
    });
    const auto answer = echo(*transport, "x");
    return answer.ok() ? Code::kInternal : answer.error().code();
  };
  EXPECT_EQ(pinned({right}, false), Code::kInternal);
  EXPECT_EQ(pinned({wrong, right}, false), Code::kInternal);
  EXPECT_EQ(pinned({wrong}, false), Code::kUnauthenticated);
  EXPECT_EQ(pinned({wrong}, true), Code::kUnauthenticated);
  EXPECT_EQ(pinned({right}, true), Code::kInternal);
}

TEST_F(TransportTest, AnswerAfterTheDeadlineIsNotWaitedFor) {
  start();
  const auto transport = open();
  const auto answer = curl::sendAndWait(*transport, {"GET", "/held", {}, {}}, 300ms);
  EXPECT_EQ(answer.error().code(), Code::kDeadline);
}

TEST_F(TransportTest, AnswerIsBounded) {
  start();
  const auto transport = open([](auto& wish) { wish.maxResponseBytes = 10; });
  EXPECT_EQ(echo(*transport, std::string(11, 'x')).error().code(), Code::kTooLarge);
  EXPECT_TRUE(echo(*transport, std::string(10, 'x')).ok());
}

TEST_F(TransportTest, DestructionCancelsAHeldRequest) {
  start();
  auto transport = open();
  std::promise<Code> end;
  transport->send({"GET", "/held", {}, {}}, 60s, [&](const Result<TransportResponse>& answer) {
    end.set_value(answer.ok() ? Code::kInternal : answer.error().code());
  });
  gate.awaitWaiting(1);
  transport.reset();
  EXPECT_EQ(end.get_future().get(), Code::kCancelled);
}

TEST_F(TransportTest, ProxyOfTheEnvironmentIsNotUsed) {
  start();
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy"}) {
    ::setenv(name, "http://127.0.0.1:1", 1);
  }
  EXPECT_TRUE(echo(*open(), "x").ok());
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy"}) ::unsetenv(name);
}

}  // namespace
}  // namespace florin
