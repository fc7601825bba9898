#include <gtest/gtest.h>

#include "base/limits.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using namespace std::chrono_literals;
using Phase = ProvisioningPhase;
using Sdk = ProvisioningServiceErrorCode;

// A wallet whose progress is looked at whenever a request reaches the network.
class ProgressTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    transport.lose = [this](std::size_t) {
      const ProvisioningProgress now = wallet->getProgress();
      EXPECT_TRUE(now.requestInFlight);
      EXPECT_FALSE(now.retryIn.has_value());
      if (seen.empty() || seen.back() != now.phase) seen.push_back(now.phase);
      return lost;
    };
  }
  void expectIdle() {
    const ProvisioningProgress now = wallet->getProgress();
    EXPECT_EQ(now.phase, Phase::IDLE);
    EXPECT_FALSE(now.requestInFlight);
    EXPECT_FALSE(now.retryIn.has_value());
  }

  std::vector<Phase> seen;
  Lost lost = Lost::kNothing;
};

TEST_F(ProgressTest, PhasesOfAFirstCard) {
  expectIdle();
  EXPECT_EQ(startWse(), "D");
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
  EXPECT_EQ(seen, (std::vector<Phase>{Phase::REGISTERING, Phase::ENROLLING, Phase::EXCHANGING}));
  expectIdle();
  const ProvisioningProgress end = wallet->getProgress();
  EXPECT_EQ(end.operationsExpected, 2U);  // a card and its keys
  EXPECT_EQ(end.operationsApplied, 2U);
  EXPECT_EQ(end.lastError, Sdk::COMMON_SUCCESS);
}

// Waiting keeps the verifier, as a screen does.
struct Waiting : EnrollRecord {
  std::shared_ptr<CHCodeVerifier> verifier;
  void onCodeRequired(std::shared_ptr<CHCodeVerifier> asked) override {
    verifier = std::move(asked);
  }
};

TEST_F(ProgressTest, EnrollmentThatWaitsForItsCodeIsUnderWay) {
  EXPECT_EQ(startWse(), "D");
  const auto listener = std::make_shared<Waiting>();
  wallet->getEnrollingBusinessService().enroll(wallet->getCardEnrollmentService().getWalletId(), "",
                                               "en", listener);
  settle();
  EXPECT_EQ(wallet->getProgress().phase, Phase::ENROLLING);
  EXPECT_FALSE(wallet->getProgress().requestInFlight);
  listener->verifier.reset();
  settle();
  expectIdle();
  EXPECT_EQ(wallet->getProgress().lastError, Sdk::CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED);
}

TEST_F(ProgressTest, WaitForTheNextTryIsCountedDown) {
  EXPECT_EQ(startWse(), "D");
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
  lost = Lost::kRequest;
  const auto listener = std::make_shared<PushRecord>();
  wallet->getProvisioningBusinessService().synchronize(listener);
  executor.drain();
  const ProvisioningProgress waits = wallet->getProgress();
  EXPECT_EQ(waits.phase, Phase::WAITING_TO_RETRY);
  ASSERT_TRUE(waits.retryIn.has_value());
  EXPECT_GE(*waits.retryIn, base::limits::kRetryDelay / 2);
  EXPECT_LE(*waits.retryIn, base::limits::kRetryDelay);
  executor.advance(100ms);
  EXPECT_EQ(wallet->getProgress().retryIn, *waits.retryIn - 100ms);
  settle();
  EXPECT_EQ(listener->events, "E");
  expectIdle();
  EXPECT_EQ(wallet->getProgress().lastError, Sdk::COMMON_NO_INTERNET);
  lost = Lost::kNothing;
  EXPECT_EQ(synchronize()->events, "D");
  EXPECT_EQ(wallet->getProgress().lastError, Sdk::COMMON_SUCCESS);
}

TEST_F(ProgressTest, GatewayAndCardPhases) {
  EXPECT_EQ(startWse(), "D");
  seen.clear();
  CardInput card;
  card.pan = SecretBytes::copyOf(base::asBytes("4111111111111111"));
  card.expiry = "1230";
  wallet->getCardEnrollmentService().digitizeCard(std::move(card), "en",
                                                  std::make_shared<DigitizeRecord>());
  settle();
  EXPECT_EQ(seen, std::vector<Phase>{Phase::DIGITIZING});
  expectIdle();
}

TEST_F(ProgressTest, PhasesHaveNames) {
  EXPECT_EQ(name(Phase::IDLE), "IDLE");
  EXPECT_EQ(name(Phase::APPLYING), "APPLYING");
  EXPECT_EQ(name(Phase::WAITING_TO_RETRY), "WAITING_TO_RETRY");
}

}  // namespace
}  // namespace florin::wallet
