// What operators find: cards by what is known of them, the story of a digitization, what is
// configured, and what was counted.
#include <gtest/gtest.h>

#include <algorithm>

#include "world.h"

namespace florin::test {
namespace {

using Texts = std::vector<std::string>;

struct OperatorSearchTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.backend.addToken("operator", records::ApiScope::kOperator);
    world.wse();
  }

  TransportResponse ask(const std::string& method, const std::string& path, std::string body = {}) {
    return world.backend.call(method, path, "operator", base::toBytes(base::asBytes(body)));
  }
  // found gives the ids of the cards that a query finds.
  Texts found(const std::string& query) {
    const auto answer = ask("GET", "/admin/v1/cards" + query);
    EXPECT_EQ(answer.status, 200) << query;
    return idsOf(answer);
  }
  static Texts idsOf(const TransportResponse& answer) { return all(answer, "digitalCardId"); }
  // all gives every text under this name, in order.
  static Texts all(const TransportResponse& answer, const std::string& name) {
    Texts values;
    const std::string text(base::asText(answer.body));
    const std::string needle = "\"" + name + "\":\"";
    for (std::size_t at = text.find(needle); at != std::string::npos; at = text.find(needle, at)) {
      at += needle.size();
      values.push_back(text.substr(at, text.find('"', at) - at));
    }
    return values;
  }
  int status(const std::string& query) { return ask("GET", "/admin/v1/cards" + query).status; }
  TransportResponse timeline(const std::string& correlation) {
    return ask("GET", "/admin/v1/digitizations/" + correlation);
  }
  records::DigitalCard row(const Digitized& card) {
    return world.backend.store
        .read([&](auto& unit) {
          return unit.digitalCards().find(world.backend.names.walletProvider,
                                          base::DigitalCardId::parse(card.digitalCardId).value());
        })
        .value()
        .value();
  }

  World world;
};

TEST_F(OperatorSearchTest, CardsAreFoundByWhatIsKnown) {
  const Digitized one = world.digitize();
  const Digitized two = world.digitize("999900987654321");
  const auto card = row(one);
  const std::string issuer = card.issuer.toString();
  const Texts first{one.digitalCardId};
  Texts both{one.digitalCardId, two.digitalCardId};
  std::ranges::sort(both);
  EXPECT_EQ(found(""), both);
  EXPECT_EQ(found("?card=" + one.digitalCardId), first);
  EXPECT_EQ(found("?wallet=" + card.walletId.toString()), both);
  EXPECT_EQ(found("?correlation=" + card.correlationId.toString()), first);
  EXPECT_EQ(found("?issuer=" + issuer), both);
  EXPECT_EQ(found("?issuer=" + issuer + "&lastFour=" + card.panLastFour), first);
  EXPECT_EQ(found("?issuer=" + issuer + "&lastFour=0000"), Texts{});
  EXPECT_EQ(found("?wallet=" + std::string(32, '0')), Texts{});
  EXPECT_EQ(found("?after=" + both[0]), Texts{both[1]});
  EXPECT_EQ(found("?card=" + one.digitalCardId + "&wallet=" + std::string(32, '0')), Texts{});
  EXPECT_EQ(found("?state=PROVISIONING"), both);
  world.enroll(one.code);
  EXPECT_EQ(found("?state=ACTIVE"), first);
  EXPECT_EQ(ask("POST", "/admin/v1/cards/" + one.digitalCardId + "/delete").status, 200);
  EXPECT_EQ(found("?state=DELETED"), first) << "ended ones too";
  const auto answer = ask("GET", "/admin/v1/cards?card=" + one.digitalCardId);
  EXPECT_EQ(member(answer, "correlationId"), card.correlationId.toString());
  EXPECT_EQ(member(answer, "walletId"), card.walletId.toString());
  EXPECT_EQ(member(answer, "issuer"), issuer);
}

TEST_F(OperatorSearchTest, WholePanIsPostedAndNeverInAUrl) {
  const Digitized one = world.digitize();
  world.digitize("999900987654321");
  const std::string pan = "9999001234567891";
  const auto answer = ask("POST", "/admin/v1/cards/search", R"({"pan":")" + pan + R"("})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(idsOf(answer), Texts{one.digitalCardId});
  EXPECT_EQ(std::string(base::asText(answer.body)).find(pan), std::string::npos);
  EXPECT_EQ(status("?pan=" + pan), 400);
  const auto post = [&](const std::string& body) {
    return ask("POST", "/admin/v1/cards/search", body).status;
  };
  EXPECT_EQ(post(R"({"pan":"9999001234567892"})"), 400) << "no check digit";
  EXPECT_EQ(post(R"({"pan":"4111111111111111"})"), 404) << "no issuer of ours";
  EXPECT_EQ(post(R"({"pan":"12","x":1})"), 400);
  EXPECT_EQ(post("{}"), 400);
  EXPECT_EQ(post(R"({"pan":"9999001234567891","after":"x"})"), 400);
  EXPECT_EQ(world.backend.log.text().find(pan), std::string::npos);
}

TEST_F(OperatorSearchTest, QueryThatIsWrongFindsNothing) {
  for (const char* query :
       {"?card=x", "?wallet=", "?lastFour=1234", "?state=active", "?after=1", "?colour=red",
        "?issuer=00000000000000000000000000000000&lastFour=12a4",
        "?issuer=00000000000000000000000000000000&lastFour=123", "?state=ACTIVE&state=ACTIVE"}) {
    EXPECT_EQ(status(query), 400) << query;
  }
  EXPECT_EQ(world.backend.call("GET", "/admin/v1/cards", "issuer").status, 401);
  EXPECT_EQ(world.backend.call("POST", "/admin/v1/cards/search", "acquirer").status, 401);
}

TEST_F(OperatorSearchTest, PageEndsWhereTheNextBegins) {
  const auto tenant = world.backend.names.walletProvider;
  const records::DigitalCard base = row(world.digitize());
  constexpr std::size_t kMore = 2 * base::limits::kSearchPage;
  for (std::size_t i = 0; i < kMore; ++i) {
    records::DigitalCard copy = base;
    copy.digitalCardId = base::DigitalCardId::random(world.backend.random);
    copy.correlationId = base::CorrelationId::random(world.backend.random);
    ASSERT_TRUE(
        world.backend.store.write([&](auto& unit) { return unit.digitalCards().insert(copy); })
            .ok());
  }
  Texts seen;
  std::string query;
  for (int page = 0; page < 4; ++page) {
    const auto answer = ask("GET", "/admin/v1/cards" + query);
    const Texts ids = idsOf(answer);
    EXPECT_LE(ids.size(), base::limits::kSearchPage);
    seen.insert(seen.end(), ids.begin(), ids.end());
    const Texts next = all(answer, "next");
    if (next.empty()) break;
    query = "?after=" + next[0];
  }
  EXPECT_EQ(seen.size(), kMore + 1);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end()) << "each once";
  EXPECT_EQ(tenant, base.tenant);
}

TEST_F(OperatorSearchTest, TimelineTellsADigitizationFromTheQuestionOn) {
  world.backend.issuers.yellow();
  Digitized card;
  world.digitizeInto(card);
  ASSERT_EQ(world.enroll(card.code).completions, 1U);
  auto pending =
      world.wallet->getCardEnrollmentService().getPendingCardActivation(card.digitalCardId);
  Digitized step;
  pending->select("sms", std::make_shared<Digitizer>(step));
  world.executor.advance(std::chrono::seconds(1));
  std::string wrong = world.backend.issuers.otps.back();
  wrong[0] = wrong[0] == '9' ? '0' : static_cast<char>(wrong[0] + 1);
  for (const std::string& otp : {wrong, world.backend.issuers.otps.back()}) {
    pending->activate(SecretBytes::copyOf(base::asBytes(otp)), std::make_shared<Digitizer>(step));
    world.executor.advance(std::chrono::seconds(1));
  }
  ASSERT_EQ(ask("POST", "/admin/v1/cards/" + card.digitalCardId + "/suspend").status, 200);
  const std::string device = "/admin/v1/devices/" + world.deviceId().toString();
  ASSERT_EQ(ask("POST", device + "/suspend").status, 200);

  const auto told = timeline(row(card).correlationId.toString());
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(all(told, "what"),
            (Texts{"asked", "decided", "code_issued", "claimed", "installed", "otp_ordered",
                   "otp_refused", "card.activated", "card.suspended", "device.suspended"}));
  const Texts facts = all(told, "facts");
  EXPECT_NE(std::ranges::find(facts, "yellow, by issuer"), facts.end());
  EXPECT_NE(std::ranges::find(facts, "INCORRECT_OTP"), facts.end());
  EXPECT_EQ(all(told, "by"), (Texts{"wallet", "operator", "operator"}));
  EXPECT_EQ(member(told, "state"), "SUSPENDED");
  const std::string text(base::asText(told.body));
  EXPECT_EQ(text.find(world.backend.issuers.otps.back()), std::string::npos);
  EXPECT_EQ(text.find(card.code), std::string::npos);
}

TEST_F(OperatorSearchTest, DeclinedAndUndecidedOnesHaveAStoryToo) {
  world.backend.issuers.answer.decision = ports::IssuerDecision::kRed;
  world.digitize();
  ASSERT_EQ(world.backend.issuers.asked.size(), 1U);
  const auto red = timeline(world.backend.issuers.asked[0].toString());
  EXPECT_EQ(all(red, "what"), (Texts{"asked", "decided"}));
  EXPECT_EQ(all(red, "facts").back(), "red");
  EXPECT_EQ(all(red, "state"), Texts{}) << "it made no card";
  world.backend.issuers.silent = true;
  world.digitize();
  const auto silent = timeline(world.backend.issuers.asked.back().toString());
  EXPECT_EQ(all(silent, "facts").back(), "none");
  EXPECT_EQ(timeline(std::string(32, '0')).status, 404);
  EXPECT_EQ(timeline("x").status, 400);
  EXPECT_EQ(
      world.backend.call("GET", "/admin/v1/digitizations/" + std::string(32, '0'), "issuer").status,
      401);
}

TEST_F(OperatorSearchTest, DigitizationWithoutStepsIsStillFound) {
  const Digitized card = world.digitize();
  EXPECT_TRUE(world.backend.store
                  .write([&](auto& unit) {
                    return unit.digitizationSteps().eraseOld(
                        world.backend.clock.now() + std::chrono::hours(1), 100);
                  })
                  .ok());
  const auto told = timeline(row(card).correlationId.toString());
  EXPECT_EQ(all(told, "what"), Texts{"digitized"});
  EXPECT_EQ(idsOf(told), Texts{card.digitalCardId});
}

TEST_F(OperatorSearchTest, ConfigurationIsShownWithoutSecrets) {
  const auto programs = ask("GET", "/admin/v1/programs");
  EXPECT_EQ(all(programs, "name"), Texts{"K2"});
  EXPECT_EQ(member(programs, "product"), "Test Card");
  EXPECT_EQ(member(programs, "scheme"), "suk");
  const auto issuers = ask("GET", "/admin/v1/issuers");
  EXPECT_EQ(all(issuers, "name"), Texts{"Test Bank"});
  EXPECT_EQ(all(issuers, "from"), Texts{"999900"});
  const auto providers = ask("GET", "/admin/v1/wallet-providers");
  EXPECT_EQ(member(providers, "id"), world.backend.names.walletProvider.toString());
  for (const char* path :
       {"/admin/v1/programs", "/admin/v1/issuers", "/admin/v1/wallet-providers"}) {
    EXPECT_EQ(ask("GET", std::string(path) + "?x=1").status, 400) << path;
    EXPECT_EQ(world.backend.call("GET", path, "issuer").status, 401) << path;
    EXPECT_EQ(world.backend.call("GET", path, "acquirer").status, 401) << path;
  }
}

TEST_F(OperatorSearchTest, IssuersAreShownAsTheyAreConfigured) {
  const Digitized card = world.digitize();
  world.backend.names.issuers = {{.issuer = row(card).issuer,
                                  .decision = "ask",
                                  .whenSilent = "red",
                                  .webhookHost = "https://issuer.example",
                                  .notify = {"transaction"}}};
  world.backend.restart();
  const auto issuers = ask("GET", "/admin/v1/issuers");
  EXPECT_EQ(member(issuers, "decision"), "ask");
  EXPECT_EQ(member(issuers, "whenSilent"), "red");
  EXPECT_EQ(member(issuers, "webhookHost"), "https://issuer.example");
  EXPECT_NE(std::string(base::asText(issuers.body)).find(R"("notify":["transaction"])"),
            std::string::npos);
}

TEST_F(OperatorSearchTest, DecisionsAndPaymentsAreCountedOnce) {
  const Digitized card = world.digitize();
  world.enroll(card.code);
  world.backend.issuers.answer.decision = ports::IssuerDecision::kRed;
  world.digitize("999900987654321");
  const auto& metrics = world.backend.metrics;
  EXPECT_EQ(metrics.of("decisions", "green"), 1);
  EXPECT_EQ(metrics.of("decisions", "red"), 1);
  EXPECT_EQ(metrics.of("decisions", "yellow"), 0);
  const auto body = world.tap();
  ASSERT_TRUE(body);
  const auto pay = [&] {
    return world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *body).status;
  };
  EXPECT_EQ(pay(), 200);
  EXPECT_EQ(pay(), 200);  // the same cryptogram under another key
  EXPECT_EQ(metrics.of("authorizations", "approved"), 1);
  EXPECT_EQ(metrics.of("authorizations", "declined"), 1);
}

}  // namespace
}  // namespace florin::test
