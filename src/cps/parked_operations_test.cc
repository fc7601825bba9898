#include "cps/parked_operations.h"

#include "cps/card_fixture.h"
#include "cps/card_life_cycle.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;
using messages::OperationType;
using records::OperationState;
using tsp::CardEvent;
using Types = std::vector<OperationType>;

struct ParkedOperationsTest : CardTest {
  Status step(const records::ActivationCode& card, CardEvent event) {
    const auto view = cards.step(Asker::issuer(issuer), card.digitalCardId, event);
    return view.ok() ? Status() : Status(view.error());
  }

  CardLifeCycle cards{backend, operations};
  ParkedOperations parked{backend, operations};
};

TEST_F(ParkedOperationsTest, RetryWritesItAgainBeforeWhatItHeldBack) {
  claimed();
  park(1);
  EXPECT_EQ(pendingTypes(), Types());
  ASSERT_TRUE(parked.retry(device, 1).ok());
  EXPECT_EQ(find(1).state, OperationState::kVoid);
  EXPECT_EQ(find(2).state, OperationState::kVoid);
  EXPECT_EQ(pendingTypes(), Types({OperationType::kInstallCard, OperationType::kInstallKeys}));
  const auto rows = pending().operations;
  EXPECT_EQ(rows[0].cardSeq, 3U);
  EXPECT_EQ(rows[1].cardSeq, 4U);
  EXPECT_EQ(std::get<messages::InstallKeys>(payloadOf(1)).keys.size(), 10U);
}

TEST_F(ParkedOperationsTest, RetryTakesAlongWhatWasParkedBehindIt) {
  claimed();
  park(1);
  park(2);
  ASSERT_TRUE(parked.retry(device, 1).ok());
  EXPECT_EQ(pendingTypes(), Types({OperationType::kInstallCard, OperationType::kInstallKeys}));
}

TEST_F(ParkedOperationsTest, CardInstalledAgainHasTheStateOfNow) {
  const auto card = claimed();
  park(1);
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  EXPECT_EQ(pendingTypes(), Types{OperationType::kSuspendCard});
  park(3);
  ASSERT_TRUE(parked.retry(device, 1).ok());
  EXPECT_EQ(std::get<messages::InstallCard>(payloadOf(0)).target, messages::CardTarget::kSuspended);
}

TEST_F(ParkedOperationsTest, StateThatWasHeldBackIsWrittenAsItIsNow) {
  const auto card = installed();
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  ASSERT_TRUE(step(card, CardEvent::kResume).ok());
  park(4);
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  acknowledgeAll();
  ASSERT_TRUE(step(card, CardEvent::kResume).ok());
  EXPECT_EQ(pendingTypes(), Types()) << "held back by operation 4";
  ASSERT_TRUE(parked.giveUp(device, 4).ok());
  EXPECT_EQ(pendingTypes(), Types{OperationType::kResumeCard});
  EXPECT_EQ(std::get<messages::SetCardState>(payloadOf(0)).target, messages::CardTarget::kActive);
  EXPECT_GT(pending().operations[0].cardSeq, 5U) << "above what went around it";
}

TEST_F(ParkedOperationsTest, OperationThatWasGivenUpIsNotDelivered) {
  claimed();
  park(2);
  ASSERT_TRUE(parked.giveUp(device, 2).ok());
  EXPECT_EQ(pendingTypes(), Types{OperationType::kInstallCard});
  EXPECT_EQ(find(2).state, OperationState::kVoid);
}

TEST_F(ParkedOperationsTest, OnlyParkedOperationsAreReleasedAndOnlyOnce) {
  claimed();
  EXPECT_EQ(parked.retry(device, 1).error().code(), Code::kWrongState);
  EXPECT_EQ(parked.giveUp(device, 9).error().code(), Code::kNotFound);
  EXPECT_EQ(statusOf(parked.retry(base::DeviceId::random(random), 1)), CpsStatus::kWalletUnknown);
  park(1);
  ASSERT_TRUE(parked.retry(device, 1).ok());
  EXPECT_EQ(parked.retry(device, 1).error().code(), Code::kWrongState);
  EXPECT_EQ(pendingSeqs().size(), 2U);
}

TEST_F(ParkedOperationsTest, ListGoesOnWhereItEnded) {
  claimed();
  claimed();
  EXPECT_EQ(parked.list(device, 0)->size(), 4U);
  EXPECT_EQ(parked.list(device, 3)->front().opSeq, 4U);
  EXPECT_EQ(statusOf(parked.list(base::DeviceId::random(random), 0)), CpsStatus::kWalletUnknown);
}

}  // namespace
}  // namespace florin::cps
