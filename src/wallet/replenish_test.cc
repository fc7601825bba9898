#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "wallet/test_terminal.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kFull = 10;
constexpr std::uint32_t kShort = 2;  // the twin's cards want 3

// A wallet with two cards that looks after its stock itself.
class RefillTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    automaticReplenishment = true;
    restart();
    ASSERT_EQ(startWse(), "D");
    ASSERT_EQ(enroll(issueCode())->events, "SCD");
    first = cards().at(0).tokenizedCardId;
    ASSERT_EQ(sendCode(issueCode())->events, "SCD");
    ASSERT_EQ(keysLeft(first), kFull);
  }
  void restart() {
    kill();
    open();
  }
  std::uint32_t keysLeft(const std::string& card) {
    return wallet->getDigitalizedCardManager().getCard(card)->paymentsLeft;
  }
  std::string other() {
    const auto all = cards();
    return std::ranges::find_if(all,
                                [&](const auto& card) { return card.tokenizedCardId != first; })
        ->tokenizedCardId;
  }
  void payWith(const std::string& card, std::uint32_t times) {
    ASSERT_TRUE(wallet->getDigitalizedCardManager().setDefaultCard(card).ok());
    for (std::uint32_t i = 0; i < times; ++i) {
      ASSERT_TRUE(TestTerminal(wallet->getCardEmulation()).tap().has_value());
    }
  }
  void payUntilShort(const std::string& card) { payWith(card, kFull - kShort); }
  void loseEverything() {
    transport.lose = [](std::size_t) { return Lost::kRequest; };
  }
  void loseNothing() { transport.lose = nullptr; }

  std::string first;
};

TEST_F(RefillTest, PaymentThatLeavesTheCardShortFetchesKeys) {
  payUntilShort(first);
  settle();
  EXPECT_EQ(keysLeft(first), kShort + 10);
  EXPECT_EQ(keysLeft(other()), kFull);
}

TEST_F(RefillTest, PaymentsAboveTheThresholdCostNoNetwork) {
  const std::size_t before = transport.sent;
  payWith(first, kFull - kShort - 1);
  settle();
  EXPECT_EQ(transport.sent, before);
}

TEST_F(RefillTest, EveryShortCardIsRefilledNotOnlyTheDefaultOne) {
  payUntilShort(first);
  payUntilShort(other());
  settle();
  EXPECT_EQ(keysLeft(first), kShort + 10);
  EXPECT_EQ(keysLeft(other()), kShort + 10);
}

TEST_F(RefillTest, WalletThatDiedShortRefillsWhenItIsOpened) {
  payUntilShort(first);
  restart();
  ASSERT_EQ(keysLeft(first), kShort);
  settle();
  EXPECT_EQ(keysLeft(first), kShort + 10);
}

TEST_F(RefillTest, RefillWaitsLongerAfterEveryFailure) {
  loseEverything();
  payUntilShort(first);
  executor.advance(12h);
  const std::size_t day = transport.sent;
  executor.advance(12h);
  // Every hour at the latest, half an hour by chance; each try is a request and its repetitions.
  const std::size_t perTry = 1 + base::limits::kTransportRetries;
  EXPECT_LE(transport.sent - day, 24 * perTry);
  EXPECT_GE(transport.sent - day, 11 * perTry);
  loseNothing();
  executor.advance(base::limits::kRefillDelayMax);
  settle();
  EXPECT_EQ(keysLeft(first), kShort + 10);
}

TEST_F(RefillTest, NetworkThatReturnsEndsTheWait) {
  loseEverything();
  payUntilShort(first);
  executor.advance(12h);
  loseNothing();
  const std::size_t before = transport.sent;
  wallet->onNetworkAvailable();
  executor.advance(1s);
  EXPECT_GT(transport.sent, before);
  EXPECT_EQ(keysLeft(first), kShort + 10);
  const std::size_t after = transport.sent;
  executor.advance(12h);
  EXPECT_EQ(transport.sent, after) << "the wait that was cut short still ends";
}

TEST_F(RefillTest, PaymentWhileARefillWaitsForItsTurnCostsNoNetwork) {
  loseEverything();
  payUntilShort(first);
  settle();
  const std::size_t before = transport.sent;
  payWith(first, 1);
  executor.advance(1s);
  EXPECT_EQ(transport.sent, before);
}

TEST_F(RefillTest, SuspendedCardIsLeftAlone) {
  automaticReplenishment = false;
  restart();
  payUntilShort(first);
  backend.queue(messages::OperationType::kSuspendCard, *base::TokenId::parse(first),
                messages::SetCardState{messages::CardTarget::kSuspended});
  ASSERT_EQ(synchronize()->messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  automaticReplenishment = true;
  restart();
  const std::size_t before = transport.sent;
  settle();
  EXPECT_EQ(transport.sent, before);
  EXPECT_EQ(keysLeft(first), kShort);
}

TEST_F(RefillTest, WithoutItSynchronizeFetchesTheKeys) {
  automaticReplenishment = false;
  restart();
  payUntilShort(first);
  wallet->onNetworkAvailable();
  settle();
  EXPECT_EQ(keysLeft(first), kShort);
  EXPECT_EQ(synchronize()->messages, std::vector<std::string>{"CBP.info.tokenReplenished"});
  EXPECT_EQ(keysLeft(first), kShort + 10);
}

TEST_F(RefillTest, ClosedWalletRefillsNothing) {
  payUntilShort(first);
  const std::size_t before = transport.sent;
  wallet.reset();
  executor.advance(12h);
  EXPECT_EQ(transport.sent, before);
}

}  // namespace
}  // namespace florin::wallet
