// What changes of a card while it stays the same token: its profile, its PSN, its program's key
// policy (D7, D8).
#include <gtest/gtest.h>

#include "base/running_atc.h"
#include "world.h"

namespace florin::test {
namespace {

using Messages = std::vector<std::string>;

struct RenewalTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.backend.addToken("operator", records::ApiScope::kOperator);
    world.wse();
    digitized = world.digitize();
  }
  void enroll() {
    ASSERT_EQ(world.enroll(digitized.code).completions, 1U);
    world.synchronize();
  }

  DigitalizedCard card() { return world.cards().at(0); }
  TransportResponse issuer(const std::string& step, std::string_view body = "") {
    return world.backend.call("POST", "/issuer/v1/cards/" + digitized.digitalCardId + "/" + step,
                              "issuer", base::toBytes(base::asBytes(body)));
  }
  std::string authorize(const Bytes& request) {
    return member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", request),
                  "reason");
  }
  std::string pay() {
    const auto request = world.tap();
    return request ? authorize(*request) : "declined by the card";
  }
  records::Token token() {
    return world.backend.store
        .read([&](ports::Unit& unit) -> Result<records::Token> {
          FLORIN_TRY_ASSIGN(const auto found,
                            unit.digitalCards().find(
                                world.backend.names.walletProvider,
                                base::DigitalCardId::parse(digitized.digitalCardId).value()));
          FLORIN_TRY_ASSIGN(const auto token, unit.tokens().find(found->issuer, found->tokenId));
          return *token;
        })
        .value();
  }
  // enrollNearTheEnd gives the device the last ten keys that the first PSN is good for: its vault
  // is put back, so that it gets keys of the numbers that the backend has come to.
  void enrollNearTheEnd() {
    enroll();
    const auto copy = world.storage.content();
    ASSERT_EQ(pay(), "approved");
    world.synchronize();
    records::Token row = token();
    row.nextAtc = base::kAtcsPerPsn - base::limits::kRenewAtcBelow - 9;
    ASSERT_TRUE(
        world.backend.store.write([&](ports::Unit& unit) { return unit.tokens().update(row); })
            .ok());
    world.wallet.reset();
    world.storage.setContent(copy);
    world.open();
    ASSERT_TRUE(world.synchronize().errors.empty());
    ASSERT_EQ(card().paymentsLeft, 10U);
  }

  World world;
  Digitized digitized;
};

TEST_F(RenewalTest, ProfileIsRenewedAndTheCardCountsOn) {
  enroll();
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(issuer("renew", R"({"panExpiry":"0932"})").status, 200);
  EXPECT_EQ(world.synchronize().messages, Messages{"CBP.info.tokenRenewed"});
  EXPECT_EQ(card().panExpiry, "0932");
  EXPECT_EQ(card().paymentsLeft, 9U);
  EXPECT_EQ(token().expiry, "0932");
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(card().paymentsLeft, 8U);
}

TEST_F(RenewalTest, RenewalTakesWhatChangedInTheProgramAndKeepsTheState) {
  enroll();
  issuer("suspend");
  world.synchronize();
  world.backend.program.product = "Other Card";
  world.backend.restart();
  world.connect();
  EXPECT_EQ(issuer("renew").status, 200);
  world.wallet.reset();
  world.open();
  EXPECT_EQ(world.synchronize().messages, Messages{"CBP.info.tokenRenewed"});
  EXPECT_EQ(card().product, "Other Card");
  EXPECT_EQ(card().state, CardState::SUSPENDED);
}

TEST_F(RenewalTest, RetiredCardLivesOnWithALaterExpiry) {
  enroll();
  world.backend.clock.set(std::chrono::sys_days(std::chrono::year(2031) / 1 / 2));
  EXPECT_EQ(pay(), "declined by the card") << "the terminal looks at the date";
  EXPECT_EQ(member(issuer("suspend"), "type"), "urn:florin:problem:card-retired");
  EXPECT_EQ(issuer("renew", R"({"panExpiry":"1234"})").status, 200);
  world.synchronize();
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RenewalTest, WrongRenewalsAreRefusedAndChangeNothing) {
  enroll();
  for (const std::string_view body :
       {R"({"panExpiry":"1326"})", R"({"panExpiry":"0125"})", R"({"panExpiry":"12"})",
        R"({"panExpiry":1234})", R"({"expiry":"1234"})", "{", "[]"}) {
    EXPECT_EQ(issuer("renew", body).status, 400) << body;
  }
  EXPECT_EQ(token().expiry, "1230");
  EXPECT_EQ(issuer("delete").status, 200);
  EXPECT_EQ(member(issuer("renew"), "type"), "urn:florin:problem:card-deleted");
}

TEST_F(RenewalTest, CardGetsTheNextPsnBeforeItsAtcsEnd) {
  enrollNearTheEnd();
  const auto late = world.tap();
  ASSERT_TRUE(late);
  for (int i = 0; i < 7; ++i) ASSERT_EQ(pay(), "approved");
  const auto renewed = world.synchronize();
  EXPECT_TRUE(renewed.errors.empty());
  EXPECT_EQ(renewed.messages, (Messages{"CBP.info.tokenRenewed", "CBP.info.tokenReplenished"}));
  EXPECT_EQ(card().paymentsLeft, 8U) << "with the two that were left it had a whole stock";
  EXPECT_EQ(token().psn, 2U);
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(authorize(*late), "approved") << "a payment under the old PSN may come late, once";
  EXPECT_EQ(authorize(*late), "atc_used");
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(card().paymentsLeft, 7U) << "a higher PSN is no older vault";
}

TEST_F(RenewalTest, CardPaysUnderItsOldPsnUntilItHasTheNewOne) {
  enrollNearTheEnd();
  for (int i = 0; i < 8; ++i) ASSERT_EQ(pay(), "approved");
  world.transport->setFaultHook(
      [](const TransportRequest&) { return fakes::NetworkFault::kDropResponse; });
  Heard heard;
  world.wallet->getProvisioningBusinessService().sendRequestForReplenishment(
      card().tokenizedCardId, std::make_shared<PushHearer>(heard), false);
  world.settle();
  EXPECT_EQ(token().psn, 2U);
  EXPECT_EQ(pay(), "approved");
  world.transport->setFaultHook(nullptr);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(card().paymentsLeft, 8U);
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RenewalTest, ChangedPolicyComesWithTheNextKeys) {
  enroll();
  world.backend.program.card.keys.lowWater = 5;
  world.backend.restart();
  world.connect();
  world.wallet.reset();
  world.open();
  for (int i = 0; i < 6; ++i) ASSERT_EQ(pay(), "approved");
  EXPECT_FALSE(card().needsReplenishment) << "4 are left, and it knows of 3";
  for (int i = 0; i < 2; ++i) ASSERT_EQ(pay(), "approved");
  EXPECT_EQ(world.synchronize().messages, Messages{"CBP.info.tokenReplenished"});
  for (int i = 0; i < 6; ++i) ASSERT_EQ(pay(), "approved");
  EXPECT_TRUE(card().needsReplenishment);
}

}  // namespace
}  // namespace florin::test
