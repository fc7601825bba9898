#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

class ProvisionTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    ASSERT_EQ(startWse(), "D");
    ASSERT_EQ(enroll(issueCode())->events, "SCD");
    card = *base::TokenId::parse(cards().at(0).tokenizedCardId);
  }
  std::shared_ptr<PushRecord> replenish(bool force) {
    auto listener = std::make_shared<PushRecord>();
    wallet->getProvisioningBusinessService().sendRequestForReplenishment(card.toString(), listener,
                                                                         force);
    settle();
    return listener;
  }

  base::TokenId card;
};

TEST_F(ProvisionTest, FurtherCardComesByItsCode) {
  EXPECT_EQ(sendCode(issueCode())->events, "SCD");
  ASSERT_EQ(cards().size(), 2U);
  EXPECT_EQ(cards()[0].paymentsLeft + cards()[1].paymentsLeft, 20U);
  EXPECT_EQ(wallet->getDigitalizedCardManager().getDefaultCard(), card.toString());
}

TEST_F(ProvisionTest, WrongFurtherCodeIsReportedAndTheNextOneWorks) {
  const auto wrong = sendCode("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  EXPECT_EQ(wrong->events, "SCE");
  EXPECT_EQ(wrong->error.sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_TRUE(wrong->error.remainingTries.has_value());
  EXPECT_EQ(sendCode(issueCode())->events, "SCD");
}

TEST_F(ProvisionTest, ClaimThatWasInterruptedIsFinishedWithoutTheCode) {
  const std::string code = issueCode();
  transport.lose = [](std::size_t) { return Lost::kAnswer; };
  EXPECT_EQ(sendCode(code)->events, "SCE");
  transport.lose = nullptr;
  kill();
  open();
  EXPECT_EQ(sendCode()->events, "SD");
  EXPECT_EQ(cards().size(), 2U);
  EXPECT_EQ(backend.codes.size(), 0U);
}

TEST_F(ProvisionTest, ClaimSurvivesThePowerAtAnyWrite) {
  for (const std::size_t keep : {0U, 1'000'000U}) {
    for (std::size_t write = 1;; ++write) {
      SCOPED_TRACE(testing::Message() << "write " << write << " keeps " << keep);
      TestWallet other;
      ASSERT_EQ(other.startWse(), "D");
      ASSERT_EQ(other.enroll(other.issueCode())->events, "SCD");
      const std::size_t before = other.storage.writes();
      const std::string code = other.issueCode();
      other.storage.failWrite(write, keep);
      other.sendCode(code);
      if (other.storage.writes() < before + write) break;
      other.kill();
      other.open();
      other.synchronize();
      if (other.cards().size() == 1) {
        ASSERT_EQ(other.sendCode(code)->events.back(), 'D');
      }
      ASSERT_EQ(other.synchronize()->events, "D");
      ASSERT_EQ(other.cards().size(), 2U);
      EXPECT_EQ(other.cards()[0].paymentsLeft + other.cards()[1].paymentsLeft, 20U);
      EXPECT_EQ(other.backend.pending(), 0U);
    }
  }
}

TEST_F(ProvisionTest, CallsWaitForEachOther) {
  const auto first = std::make_shared<PushRecord>();
  const auto second = std::make_shared<PushRecord>();
  const std::size_t before = transport.sent;
  wallet->getProvisioningBusinessService().synchronize(first);
  wallet->getProvisioningBusinessService().synchronize(second);
  settle();
  EXPECT_EQ(first->events, "D");
  EXPECT_EQ(second->events, "D");
  EXPECT_EQ(transport.sent, before + 2);
}

TEST_F(ProvisionTest, ReplenishmentAsksOnlyWhenItIsNeededOrForced) {
  const std::size_t before = transport.sent;
  EXPECT_EQ(replenish(false)->events, "D");
  EXPECT_EQ(transport.sent, before);
  const auto forced = replenish(true);
  EXPECT_EQ(forced->events, "D");
  EXPECT_EQ(forced->messages, std::vector<std::string>{"CBP.info.tokenReplenished"});
  EXPECT_EQ(cards()[0].paymentsLeft, 20U);
}

TEST_F(ProvisionTest, DeletedCardIsGoneAndAnOldOperationDoesNotBringItBack) {
  backend.queue(messages::OperationType::kDeleteCard, card, messages::Nothing());
  EXPECT_EQ(synchronize()->messages, std::vector<std::string>{"CBP.info.tokenDeleted"});
  EXPECT_TRUE(cards().empty());
  EXPECT_FALSE(wallet->getDigitalizedCardManager().getDefaultCard().has_value());
  EXPECT_EQ(replenish(true)->error.sdkCode, Sdk::CARD_NOT_ENROLLED);
}

TEST_F(ProvisionTest, OperationThatCannotBeAppliedIsReportedAndBlocksNoOther) {
  const auto stranger = base::TokenId::random(random);
  backend.queue(messages::OperationType::kSuspendCard, stranger,
                messages::SetCardState{messages::CardTarget::kSuspended});
  backend.queue(messages::OperationType::kSuspendCard, card,
                messages::SetCardState{messages::CardTarget::kSuspended});
  EXPECT_EQ(synchronize()->events, "D");
  EXPECT_EQ(cards()[0].state, CardState::SUSPENDED);
  const auto parked = std::ranges::count_if(backend.acks, [](const messages::Ack& ack) {
    return ack.verdict == messages::AckVerdict::kCannotApply &&
           ack.reason == static_cast<std::uint32_t>(Code::kNotFound);
  });
  EXPECT_EQ(parked, 1);
}

TEST_F(ProvisionTest, WipeErasesAllAndTheNextWalletIsANewOne) {
  const std::string before = wallet->getCardEnrollmentService().getWalletId();
  backend.queue(messages::OperationType::kWipe, {}, messages::Nothing(), true);
  EXPECT_EQ(synchronize()->events, "D");
  EXPECT_TRUE(cards().empty());
  EXPECT_EQ(backend.pending(), 0U);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_NE(wallet->getCardEnrollmentService().getWalletId(), before);
  EXPECT_EQ(wallet->getWalletSecureEnrollmentBusinessService().getState(),
            WalletSecureEnrollmentState::WSE_REQUIRED);
}

TEST_F(ProvisionTest, VerdictCountsInsideTheChannelOnly) {
  transport.tamper = [](TransportResponse& response) {
    messages::ErrorBody body;
    body.code = 523;
    response = {404, {}, base::toBytes(base::asBytes(messages::encodeErrorBody(body)))};
  };
  const auto outside = synchronize();
  EXPECT_EQ(outside->error.sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(cards().size(), 1U);
  transport.tamper = nullptr;
  backend.verdict = messages::CpsStatus::kWalletUnknown;
  const auto inside = synchronize();
  EXPECT_EQ(inside->error.sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_TRUE(cards().empty());
}

TEST_F(ProvisionTest, FailingBackendIsTriedAgainAFewTimes) {
  const std::size_t before = transport.sent;
  transport.tamper = [](TransportResponse& response) { response = {503, {}, {}}; };
  const auto failed = synchronize();
  EXPECT_EQ(failed->error.sdkCode, Sdk::COMMON_SERVER_ERROR);
  EXPECT_TRUE(failed->error.retryable);
  EXPECT_EQ(transport.sent - before, 1U + base::limits::kTransportRetries);
}

TEST_F(ProvisionTest, LocalWipes) {
  auto& data = wallet->getDataController();
  EXPECT_EQ(data.wipeCard("00000000000000000000000000000000").error().code(), Code::kNotFound);
  ASSERT_TRUE(data.wipeCard(card.toString()).ok());
  EXPECT_TRUE(cards().empty());
  ASSERT_TRUE(data.wipeAll().ok());
  EXPECT_FALSE(storage.content().has_value());
  kill();
  open();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
}

}  // namespace
}  // namespace florin::wallet
