// What florind answers beside its rooms' routes: health, and the server's own refusals.
#include "messages/gateway.h"
#include "refusals.h"
#include "world.h"

namespace florin::test {
namespace {

struct HealthTest : ::testing::Test {
  ports::HttpResponse ask(const std::string& path) {
    for (const ports::Route& route : routes) {
      if (route.method == "GET" && route.path == path) return route.handler->handle({});
    }
    ADD_FAILURE() << "no route " << path;
    return {};
  }
  static std::string text(const ports::HttpResponse& response) {
    return std::to_string(response.status) + " " + std::string(base::asText(response.body));
  }

  BackendWorld backend;
  std::vector<ports::Route> routes = backend.makeRoutes();
};

TEST_F(HealthTest, AliveWhateverTheStoreDoes) {
  backend.store.failCommits(100);
  EXPECT_EQ(text(ask("/healthz")), "200 {\"status\":\"alive\"}");
}

TEST_F(HealthTest, ReadyWhenTheStoreTakesAWriteAndCustodyIsTheStores) {
  const std::uint64_t before = backend.store.commits();
  EXPECT_EQ(text(ask("/readyz")), "200 {\"status\":\"ready\"}");
  EXPECT_GT(backend.store.commits(), before);
}

TEST_F(HealthTest, NotReadyWhileTheStoreTakesNoWriteAndReadyAgainAfter) {
  backend.store.failCommits(1);
  EXPECT_EQ(text(ask("/readyz")), "503 {\"status\":\"not ready\"}");
  EXPECT_EQ(backend.log.count("server.not_ready"), 1U);
  backend.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(ask("/readyz").status, 200);
}

TEST_F(HealthTest, NotReadyWhenCustodyIsNotTheStores) {
  ASSERT_TRUE(backend.store
                  .write([](ports::Unit& unit) {
                    return unit.settings().put("kcv/kek", base::asBytes("ffffff"));
                  })
                  .ok());
  EXPECT_EQ(ask("/readyz").status, 503);
}

TEST_F(HealthTest, AnswerHoldsForASecondSoThatAskingCostsNoWrite) {
  EXPECT_EQ(ask("/readyz").status, 200);
  const std::uint64_t before = backend.store.commits();
  backend.clock.advance(std::chrono::milliseconds(999));
  EXPECT_EQ(ask("/readyz").status, 200);
  EXPECT_EQ(backend.store.commits(), before);
  backend.clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(ask("/readyz").status, 200);
  EXPECT_GT(backend.store.commits(), before);
}

struct RefusalTest : ::testing::Test {
  using Refusal = http::Refusal;

  messages::ErrorBody body(const std::string& path, Refusal refusal) {
    ports::HttpRequest request;
    request.path = path;
    request.correlationId = correlationId;
    const ports::HttpResponse response = write(request, refusal, std::chrono::seconds(7));
    EXPECT_EQ(response.contentType, "application/json");
    const auto decoded = messages::decodeErrorBody(base::asText(response.body));
    EXPECT_TRUE(decoded.ok()) << base::asText(response.body);
    return decoded.ok() ? *decoded : messages::ErrorBody{};
  }

  fakes::FakeClock clock;
  fakes::SeededRandom random;
  base::CorrelationId correlationId = base::CorrelationId::random(random);
  http::RefusalWriter write = apps::makeRefusalWriter(clock);
};

TEST_F(RefusalTest, CarriesACpsCodeTheServersTimeAndTheCorrelationId) {
  const std::vector<std::pair<Refusal, std::int64_t>> expected = {{Refusal::kMalformed, 672},
                                                                  {Refusal::kNotFound, 672},
                                                                  {Refusal::kMethodNotAllowed, 672},
                                                                  {Refusal::kMisdirected, 672},
                                                                  {Refusal::kBodyTooLarge, 674},
                                                                  {Refusal::kHeaderTooLarge, 674},
                                                                  {Refusal::kTooSlow, 671},
                                                                  {Refusal::kTooManyRequests, 671},
                                                                  {Refusal::kBusy, 671},
                                                                  {Refusal::kInternal, 670}};
  for (const auto& [refusal, code] : expected) {
    const messages::ErrorBody refused = body("/cps/v1/exchange", refusal);
    EXPECT_EQ(refused.code, code) << static_cast<int>(refusal);
    EXPECT_EQ(refused.serverTime, clock.now());
    EXPECT_EQ(refused.correlationId, correlationId);
    EXPECT_EQ(refused.retryAfterMs, code == 671 || code == 670 ? 7'000 : 0);
  }
  EXPECT_EQ(body("", Refusal::kMalformed).code, 672);
}

TEST_F(RefusalTest, CarriesAnMgCodeForTheGateway) {
  EXPECT_EQ(body("/gateway/v1/digitizations", Refusal::kBodyTooLarge).code, 1022);
  EXPECT_EQ(body("/gateway/v1/other", Refusal::kNotFound).code, 1022);
  EXPECT_EQ(body("/gateway/v1/digitizations", Refusal::kBusy).code, 1027);
  EXPECT_EQ(body("/gateway/v1/digitizations", Refusal::kTooSlow).code, 1027);
}

TEST_F(RefusalTest, IsAProblemForWhoeverIsNoWallet) {
  for (const char* const path :
       {"/tsp/v1/authorizations", "/issuer/v1/cards", "/admin/v1/tokens", "/healthz", "/docs"}) {
    ports::HttpRequest request;
    request.path = path;
    const ports::HttpResponse response = write(request, Refusal::kBodyTooLarge, {});
    EXPECT_EQ(response.contentType, "application/problem+json") << path;
    const std::string text(base::asText(response.body));
    EXPECT_NE(text.find("\"urn:florin:problem:too-large\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"status\":413"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace florin::test
