// A program of limited-use keys over the whole Florin: one key for many payments, until its uses or
// its time end (D8).
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

constexpr std::uint32_t kUses = 5;
constexpr auto kLifetime = std::chrono::hours(240);

struct LimitedKeysTest : ::testing::Test {
  void SetUp() override {
    world.backend.program.card.keys = {.scheme = emv::KeyScheme::kLuk,
                                       .stock = 1,
                                       .lowWater = 2,
                                       .lukUses = kUses,
                                       .lukLifetime = kLifetime};
    world.backend.restart();
    world.connect();
    world.open();
    world.wse();
    ASSERT_EQ(world.enroll(world.digitize().code).completions, 1U);
    world.synchronize();
  }

  DigitalizedCard card() { return world.cards().at(0); }
  std::string authorize(const Bytes& request) {
    return member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", request),
                  "reason");
  }
  std::string pay() {
    const auto request = world.tap();
    return request ? authorize(*request) : "declined by the card";
  }
  std::vector<std::string> replenish(bool force) {
    Heard heard;
    world.wallet->getProvisioningBusinessService().sendRequestForReplenishment(
        card().tokenizedCardId, std::make_shared<PushHearer>(heard), force);
    world.settle();
    EXPECT_TRUE(heard.errors.empty());
    return heard.messages;
  }
  void putBack(const std::optional<Bytes>& vault) {
    world.wallet.reset();
    world.storage.setContent(vault);
    world.open();
  }

  World world;
};

TEST_F(LimitedKeysTest, KeyPaysAsOftenAsItsLimitAllows) {
  EXPECT_EQ(card().paymentsLeft, kUses);
  EXPECT_EQ(card().keyExpires, world.backend.clock.now() - std::chrono::minutes(10) + kLifetime);
  std::set<Bytes> cryptograms;
  for (std::uint32_t i = 0; i < kUses; ++i) {
    const auto request = world.tap();
    ASSERT_TRUE(request) << i;
    EXPECT_TRUE(cryptograms.insert(*request).second);
    EXPECT_EQ(authorize(*request), "approved") << i;
    EXPECT_EQ(authorize(*request), "atc_used") << i;
    EXPECT_EQ(card().needsReplenishment, card().paymentsLeft < 2);
  }
  EXPECT_EQ(pay(), "declined by the card");
  EXPECT_EQ(card().paymentsLeft, 0U);
}

TEST_F(LimitedKeysTest, SynchronizeBringsTheNextKeyBeforeTheLastEnds) {
  for (int i = 0; i < 4; ++i) ASSERT_EQ(pay(), "approved");
  const auto late = world.tap();
  ASSERT_TRUE(late);
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenReplenished"});
  EXPECT_EQ(card().paymentsLeft, kUses);
  EXPECT_FALSE(card().needsReplenishment);
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(authorize(*late), "approved") << "the replaced key has its grace";
}

TEST_F(LimitedKeysTest, ReplacedKeyIsRefusedAfterItsGrace) {
  const auto late = world.tap();
  ASSERT_TRUE(late);
  EXPECT_EQ(replenish(true), std::vector<std::string>{"CBP.info.tokenReplenished"});
  world.backend.clock.advance(base::limits::kReplacedKeyGrace);
  EXPECT_EQ(authorize(*late), "key_replaced");
  EXPECT_EQ(pay(), "approved");
}

TEST_F(LimitedKeysTest, KeyEndsWithItsTimeAndTheNextIsAskedForInTime) {
  const auto late = world.tap();
  world.backend.clock.advance(kLifetime * 4 / 5);
  EXPECT_TRUE(card().needsReplenishment);
  EXPECT_EQ(card().paymentsLeft, kUses - 1);
  world.backend.clock.advance(kLifetime / 5);
  EXPECT_EQ(card().paymentsLeft, 0U);
  EXPECT_EQ(pay(), "declined by the card");
  world.backend.clock.advance(base::limits::kReplacedKeyGrace);
  EXPECT_EQ(authorize(*late), "key_expired");
  world.synchronize();
  EXPECT_EQ(card().paymentsLeft, kUses);
  EXPECT_EQ(pay(), "approved");
}

TEST_F(LimitedKeysTest, AskingAgainAndAgainGivesNoKeyBeforeTheLastHasArrived) {
  world.transport->setFaultHook(
      [](const TransportRequest&) { return fakes::NetworkFault::kDropResponse; });
  Heard heard;
  world.wallet->getProvisioningBusinessService().sendRequestForReplenishment(
      card().tokenizedCardId, std::make_shared<PushHearer>(heard), true);
  world.settle();
  world.transport->setFaultHook(nullptr);
  world.synchronize();
  EXPECT_EQ(replenish(false), std::vector<std::string>());
  const base::DeviceId device = world.deviceId();
  const auto operations = world.backend.store.read(
      [&](ports::Unit& unit) { return unit.operations().listOf(device, 0, 100); });
  EXPECT_EQ(std::ranges::count(*operations,
                               static_cast<std::uint8_t>(messages::OperationType::kInstallKeys),
                               &records::Operation::type),
            2);
}

TEST_F(LimitedKeysTest, VaultThatIsPutBackGetsAnotherKeyAndHigherAtcs) {
  const auto copy = world.storage.content();
  const auto first = world.tap();
  ASSERT_TRUE(first);
  EXPECT_EQ(authorize(*first), "approved");
  EXPECT_EQ(pay(), "approved");
  putBack(copy);
  EXPECT_EQ(pay(), "atc_used") << "before its first exchange it counts as it did";
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(card().paymentsLeft, kUses);
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(authorize(*first), "key_void");
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(card().paymentsLeft, kUses - 1) << "once";
}

TEST_F(LimitedKeysTest, DeletionVoidsTheKey) {
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  const auto before = world.tap();
  ASSERT_TRUE(before);
  world.backend.call("POST", "/issuer/v1/cards/" + card().digitalCardId + "/delete", "issuer");
  EXPECT_EQ(authorize(*before), "token_deleted");
  world.synchronize();
  EXPECT_TRUE(world.cards().empty());
}

}  // namespace
}  // namespace florin::test
