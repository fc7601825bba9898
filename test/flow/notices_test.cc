// What an issuer is told of its cards, over the whole Florin: each change once, in order, written
// with the change.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

struct NoticesTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.backend.addToken("operator", records::ApiScope::kOperator);
    world.backend.tellIssuer();
    world.backend.restart();
    world.connect();
    world.open();
    world.wse();
  }

  std::vector<records::Notice> rows() {
    return world.backend.store.read([](auto& unit) { return unit.notices().list({}, false, 100); })
        .value();
  }
  // said gives what the notices say under a name, in their order.
  std::vector<std::string> said(const std::string& name) {
    std::vector<std::string> values;
    for (const records::Notice& row : rows()) {
      const auto body = codec::parseJson(row.body);
      const codec::JsonValue* const value = body.ok() ? body->find(name) : nullptr;
      values.push_back(value == nullptr ? "" : std::string(value->text()));
    }
    return values;
  }
  void provision() {
    world.digitizeInto(card);
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
  }
  TransportResponse issuer(const std::string& step) {
    return world.backend.call("POST", "/issuer/v1/cards/" + card.digitalCardId + "/" + step,
                              "issuer");
  }
  TransportResponse ask(const std::string& method, const std::string& path) {
    return world.backend.call(method, path, "operator");
  }

  World world;
  Digitized card;
};

using Texts = std::vector<std::string>;

TEST_F(NoticesTest, LifeOfACardIsToldInOrder) {
  provision();
  EXPECT_EQ(issuer("suspend").status, 200);
  EXPECT_EQ(issuer("suspend").status, 200);  // changes nothing
  EXPECT_EQ(issuer("resume").status, 200);
  EXPECT_EQ(issuer("renew").status, 200);
  EXPECT_EQ(issuer("delete").status, 200);
  EXPECT_EQ(said("change"),
            (Texts{"digitized", "provisioned", "suspended", "resumed", "renewed", "deleted"}));
  EXPECT_EQ(said("state"),
            (Texts{"PROVISIONING", "ACTIVE", "SUSPENDED", "ACTIVE", "ACTIVE", "DELETED"}));
  EXPECT_EQ(said("by"), (Texts{"wallet", "system", "issuer", "issuer", "issuer", "issuer"}));
  std::uint64_t number = 0;
  for (const records::Notice& row : rows()) {
    EXPECT_EQ(row.place.number, ++number);
    EXPECT_EQ(row.place.digitalCardId.toString(), card.digitalCardId);
    EXPECT_EQ(row.body.find("9999001234567"), std::string::npos) << "no PAN";
    EXPECT_EQ(row.body.find("999990"), std::string::npos) << "no DPAN";
  }
  EXPECT_EQ(world.backend.noticeSender.rings, 6U);
}

TEST_F(NoticesTest, CardInIdvIsToldInactiveAndThenActivated) {
  world.backend.issuers.yellow();
  provision();
  EXPECT_EQ(issuer("activate").status, 200);
  EXPECT_EQ(issuer("activate").status, 200);
  EXPECT_EQ(said("change"), (Texts{"digitized", "provisioned", "activated"}));
  EXPECT_EQ(said("state"), (Texts{"PROVISIONING", "INACTIVE", "ACTIVE"}));
}

TEST_F(NoticesTest, RedDecisionIsNoNewsForWhoMadeIt) {
  world.backend.issuers.answer.decision = ports::IssuerDecision::kRed;
  world.digitizeInto(card);
  EXPECT_TRUE(rows().empty());
}

TEST_F(NoticesTest, DeviceThatIsRevokedTakesItsCardsWithIt) {
  provision();
  const std::string device = "/admin/v1/devices/" + world.deviceId().toString();
  EXPECT_EQ(ask("POST", device + "/suspend").status, 200);
  EXPECT_EQ(ask("POST", device + "/resume").status, 200);
  EXPECT_EQ(ask("POST", device + "/revoke").status, 200);
  EXPECT_EQ(said("change"), (Texts{"digitized", "provisioned", "suspended", "resumed", "deleted"}));
}

TEST_F(NoticesTest, PaymentAndItsReversalAreToldOnce) {
  provision();
  const auto body = world.tap();
  ASSERT_TRUE(body);
  EXPECT_EQ(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *body).status, 200);
  const std::string key = "key-1";
  const std::string reversal = R"({"authorization":")" + key + R"("})";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(
        world.backend
            .call("POST", "/tsp/v1/reversals", "acquirer", base::toBytes(base::asBytes(reversal)))
            .status,
        200);
  }
  // The same cryptogram under another key is declined, and told.
  EXPECT_EQ(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *body).status, 200);
  EXPECT_EQ(said("type"), (Texts{"card.state_changed", "card.state_changed", "transaction",
                                 "transaction", "transaction"}));
  EXPECT_EQ(said("outcome"), (Texts{"", "", "approved", "approved", "declined"}));
  EXPECT_EQ(said("reason"), (Texts{"", "", "approved", "approved", "atc_used"}));
  const auto all = rows();
  const auto reversed = [&](std::size_t i) {
    return all.at(i).body.find("\"reversed\":true") != std::string::npos;
  };
  EXPECT_FALSE(reversed(2));
  EXPECT_TRUE(reversed(3));
  EXPECT_NE(all[2].body.find("\"amountMinorUnits\":1250,\"currency\":978"), std::string::npos);
  EXPECT_NE(all[2].body.find("\"atc\":1"), std::string::npos);
}

TEST_F(NoticesTest, NoticeStandsWhenTheChangeDoesAndOnlyThen) {
  provision();
  const std::size_t before = rows().size();
  world.backend.store.failCommits(1);
  EXPECT_EQ(issuer("suspend").status, 503);
  EXPECT_EQ(rows().size(), before);
  world.backend.store.rerunUnits(1);
  EXPECT_EQ(issuer("suspend").status, 200);
  EXPECT_EQ(rows().size(), before + 1);
  EXPECT_EQ(rows().back().place.number, before + 1);
}

TEST_F(NoticesTest, OperatorSeesWhatWaitsAndSendsParkedOnesAgain) {
  provision();
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  const std::string first = all[0].noticeId.toString();
  const auto listed = ask("GET", "/admin/v1/webhooks");
  EXPECT_EQ(listed.status, 200);
  const std::string text(base::asText(listed.body));
  EXPECT_NE(text.find(R"("waiting":2,"parked":0,"dropped":0)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("state":"behind")"), std::string::npos);
  EXPECT_EQ(text.find("ACTIVE"), std::string::npos) << "what it says is the issuer's";
  const std::string retry = "/admin/v1/webhooks/" + first + "/retry";
  EXPECT_EQ(ask("POST", retry).status, 409);
  EXPECT_TRUE(world.backend.store
                  .write([&](ports::Unit& unit) -> Status {
                    const base::Time lease = world.backend.clock.now() + std::chrono::minutes(1);
                    FLORIN_TRY_ASSIGN(const auto claimed,
                                      unit.notices().claim(all[0].place.issuer,
                                                           world.backend.clock.now(), lease, 1));
                    return unit.notices().park(claimed.at(0), lease, world.backend.clock.now());
                  })
                  .ok());
  EXPECT_EQ(member(ask("GET", "/admin/v1/webhooks?state=parked"), "id"), first);
  EXPECT_EQ(member(ask("POST", retry), "state"), "behind");
  EXPECT_EQ(ask("GET", "/admin/v1/webhooks?after=" + first).status, 200);
  EXPECT_EQ(ask("GET", "/admin/v1/webhooks?state=gone").status, 400);
  EXPECT_EQ(ask("GET", "/admin/v1/webhooks?after=x").status, 400);
  EXPECT_EQ(ask("POST", "/admin/v1/webhooks/" + std::string(32, '0') + "/retry").status, 404);
  EXPECT_EQ(world.backend.call("GET", "/admin/v1/webhooks", "issuer").status, 401);
  EXPECT_EQ(world.backend.call("POST", retry, "acquirer").status, 401);
}

TEST_F(NoticesTest, HousekeepingParksAndErasesWhatIsTooOld) {
  provision();
  const auto purge = [&] { return world.backend.services().housekeeping().purge().value(); };
  EXPECT_EQ(purge().noticesParked, 0U);
  world.backend.clock.advance(base::limits::kNoticeLifetime + std::chrono::hours(1));
  EXPECT_EQ(purge().noticesParked, 2U);
  EXPECT_EQ(world.backend.log.count("notice.parked_old"), 1U);
  EXPECT_EQ(purge().notices, 0U);
  world.backend.clock.advance(base::limits::kNoticesKept);
  EXPECT_EQ(purge().notices, 2U);
  EXPECT_TRUE(rows().empty());
}

}  // namespace
}  // namespace florin::test
