// A vault that takes nothing, because the disk is full or read-only: the wallet says so, loses
// nothing and goes on when there is room again.
#include <gtest/gtest.h>

#include "wallet/test_terminal.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

class FullStorageTest : public testing::Test, public TestWallet {
 protected:
  void fill() { storage.failFrom(1); }
  void makeRoom() { storage.failFrom(0); }
  static void expectStorageError(const ProvisioningServiceError& error) {
    EXPECT_EQ(error.sdkCode, Sdk::SDK_STORAGE_ERROR);
    EXPECT_TRUE(error.retryable);
  }
  std::shared_ptr<PushRecord> replenish() {
    auto listener = std::make_shared<PushRecord>();
    wallet->getProvisioningBusinessService().sendRequestForReplenishment(
        cards().at(0).tokenizedCardId, listener, true);
    settle();
    return listener;
  }
};

TEST_F(FullStorageTest, WseGoesOnWhenThereIsRoom) {
  fill();
  auto listener = std::make_shared<WseRecord>();
  wallet->getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(listener);
  settle();
  EXPECT_EQ(listener->events, "E");
  expectStorageError(listener->error);
  makeRoom();
  EXPECT_EQ(startWse(), "D");
}

// The storage fills up at every write of an enrollment in turn.
TEST_F(FullStorageTest, EnrollmentGoesOnWhenThereIsRoom) {
  for (std::size_t write = 1;; ++write) {
    SCOPED_TRACE(testing::Message() << "full from write " << write);
    TestWallet other;
    ASSERT_EQ(other.startWse(), "D");
    const std::string code = other.issueCode();
    other.storage.failFrom(write);
    const auto first = other.enroll(code);
    if (first->events.back() == 'D') break;
    expectStorageError(first->error);
    other.storage.failFrom(0);
    switch (other.status()) {
      case EnrollmentStatus::ENROLLMENT_NEEDED:
        ASSERT_EQ(other.enroll(code)->events.back(), 'D');
        break;
      case EnrollmentStatus::ENROLLMENT_IN_PROGRESS:
        ASSERT_EQ(other.resume(code)->events.back(), 'D');
        break;
      case EnrollmentStatus::ENROLLMENT_COMPLETE: break;  // its operations are still to come
    }
    ASSERT_EQ(other.synchronize()->events, "D");
    ASSERT_EQ(other.cards().size(), 1U);
    EXPECT_EQ(other.cards()[0].paymentsLeft, 10U);
    EXPECT_EQ(other.backend.pending(), 0U);
    EXPECT_EQ(other.backend.boundKeys.size(), 1U);
  }
}

TEST_F(FullStorageTest, OperationWhoseCommitFailedIsDeliveredAgainAndAppliedOnce) {
  ASSERT_EQ(startWse(), "D");
  ASSERT_EQ(enroll(issueCode())->events, "SCD");
  const auto card = *base::TokenId::parse(cards().at(0).tokenizedCardId);
  backend.queueKeys(card, 5);
  backend.queue(messages::OperationType::kSuspendCard, card,
                messages::SetCardState{messages::CardTarget::kSuspended});
  fill();
  for (int i = 0; i < 3; ++i) {
    const auto failed = synchronize();
    EXPECT_EQ(failed->events, "E");
    EXPECT_TRUE(failed->messages.empty());
    expectStorageError(failed->error);
    EXPECT_EQ(wallet->getProgress().lastError, Sdk::SDK_STORAGE_ERROR);
  }
  EXPECT_EQ(backend.pending(), 2U);
  EXPECT_EQ(cards()[0].state, CardState::ACTIVE);
  makeRoom();
  EXPECT_EQ(synchronize()->messages,
            (std::vector<std::string>{"CBP.info.tokenReplenished", "CBP.info.tokenSuspended"}));
  EXPECT_EQ(backend.pending(), 0U);
  EXPECT_EQ(cards()[0].paymentsLeft, 15U);
  EXPECT_EQ(cards()[0].state, CardState::SUSPENDED);
}

TEST_F(FullStorageTest, RequestIsNotMadeAndIsMadeOnceAfterwards) {
  ASSERT_EQ(startWse(), "D");
  ASSERT_EQ(enroll(issueCode())->events, "SCD");
  fill();
  const std::size_t sent = transport.sent;
  expectStorageError(replenish()->error);
  EXPECT_EQ(transport.sent, sent);
  makeRoom();
  EXPECT_EQ(replenish()->events, "D");
  EXPECT_EQ(cards()[0].paymentsLeft, 20U);
}

TEST_F(FullStorageTest, NoPaymentIsMadeWhoseKeyCannotBeSpent) {
  ASSERT_EQ(startWse(), "D");
  ASSERT_EQ(enroll(issueCode())->events, "SCD");
  fill();
  EXPECT_FALSE(TestTerminal(wallet->getCardEmulation()).tap().has_value());
  EXPECT_EQ(cards()[0].paymentsLeft, 10U);
  makeRoom();
  EXPECT_TRUE(TestTerminal(wallet->getCardEmulation()).tap().has_value());
}

TEST_F(FullStorageTest, WipesSayThatTheyWereNotDone) {
  ASSERT_EQ(startWse(), "D");
  ASSERT_EQ(enroll(issueCode())->events, "SCD");
  const std::string card = cards().at(0).tokenizedCardId;
  auto& data = wallet->getDataController();
  fill();
  EXPECT_EQ(data.wipeCard(card).error().code(), Code::kUnavailable);
  EXPECT_FALSE(data.wipeAll().ok());
  makeRoom();
  kill();
  open();
  ASSERT_EQ(cards().size(), 1U);
  ASSERT_TRUE(wallet->getDataController().wipeCard(card).ok());
  kill();
  open();
  EXPECT_TRUE(cards().empty());
  ASSERT_TRUE(wallet->getDataController().wipeAll().ok());
  kill();
  open();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(wallet->getWalletSecureEnrollmentBusinessService().getState(),
            WalletSecureEnrollmentState::WSE_REQUIRED);
}

}  // namespace
}  // namespace florin::wallet
