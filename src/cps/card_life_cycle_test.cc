#include "cps/card_life_cycle.h"

#include "cps/card_fixture.h"
#include "cps/devices.h"

namespace florin::cps {
namespace {

using messages::CardTarget;
using messages::CpsStatus;
using messages::OperationType;
using tsp::CardEvent;
using Types = std::vector<OperationType>;

struct CardLifeCycleTest : CardTest {
  Result<CardView> step(const records::ActivationCode& card, CardEvent event, const Asker& asker) {
    return cards.step(asker, card.digitalCardId, event);
  }
  Result<CardView> step(const records::ActivationCode& card, CardEvent event) {
    return step(card, event, asIssuer);
  }
  VisibleState state(const records::ActivationCode& card) {
    return cards.find(asIssuer, card.digitalCardId)->state;
  }
  CardTarget targetAt(std::size_t index) {
    return std::get<messages::SetCardState>(payloadOf(index)).target;
  }

  CardLifeCycle cards{backend, operations};
  Asker asIssuer = Asker::issuer(issuer);
  Asker asWallet = Asker::wallet(wallet.walletId);
};

TEST_F(CardLifeCycleTest, StateFollowsTheCardOntoItsDevice) {
  const auto waiting = digitized();
  EXPECT_EQ(state(waiting), VisibleState::kProvisioning);
  const auto card = claimed();
  EXPECT_EQ(state(card), VisibleState::kProvisioning);
  EXPECT_FALSE(cards.find(asIssuer, card.digitalCardId)->delivered);
  ASSERT_TRUE(acknowledge({{1}}).ok());
  EXPECT_EQ(state(card), VisibleState::kProvisioned);
  ASSERT_TRUE(acknowledge({{2}}).ok());
  EXPECT_EQ(state(card), VisibleState::kActive);
  EXPECT_TRUE(cards.find(asIssuer, card.digitalCardId)->delivered);
}

TEST_F(CardLifeCycleTest, CardThatTheDeviceCannotTakeHasFailed) {
  const auto first = claimed();
  park(1);
  EXPECT_EQ(state(first), VisibleState::kProvisionFailed);
  const auto second = claimed();
  ASSERT_TRUE(acknowledge({{3}}).ok());
  park(4);
  EXPECT_EQ(state(second), VisibleState::kProvisionFailed);
}

TEST_F(CardLifeCycleTest, WhoTookAStepIsAuditedAndARepeatIsNoStep) {
  const auto card = installed();
  ASSERT_TRUE(step(card, CardEvent::kSuspend, asIssuer).ok());
  ASSERT_TRUE(step(card, CardEvent::kSuspend, asIssuer).ok());
  ASSERT_TRUE(step(card, CardEvent::kSuspend, asWallet).ok());
  EXPECT_FALSE(step(card, CardEvent::kResume, Asker::anOperator()).ok());
  ASSERT_TRUE(step(card, CardEvent::kResume, asWallet).ok());
  ASSERT_TRUE(step(card, CardEvent::kDelete, Asker::anOperator()).ok());
  const auto entries =
      store.read([&](ports::Unit& unit) { return unit.audit().newest(tenant, ~0ULL >> 1U, 100); });
  std::string said;
  for (const records::AuditEntry& entry : entries.value()) {
    EXPECT_EQ(entry.subject, card.digitalCardId.toString());
    said += entry.actor + " " + entry.action + "\n";
  }
  EXPECT_EQ(said,
            "operator card.deleted\nwallet card.resumed\nwallet card.suspended\n"
            "issuer card.suspended\n");
}

TEST_F(CardLifeCycleTest, SuspensionReachesTokenAndDeviceTogether) {
  const auto card = installed();
  const auto view = step(card, CardEvent::kSuspend);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->state, VisibleState::kSuspended);
  EXPECT_EQ(view->suspenders, static_cast<std::uint8_t>(records::Suspender::kIssuer));
  EXPECT_FALSE(view->delivered);
  EXPECT_EQ(tokenOf(card).state, records::TokenState::kSuspended);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kSuspendCard});
  EXPECT_EQ(targetAt(0), CardTarget::kSuspended);
}

TEST_F(CardLifeCycleTest, RepetitionTellsTheDeviceNothingMore) {
  const auto card = installed();
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  EXPECT_EQ(pendingSeqs().size(), 1U);
  acknowledgeAll();
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  EXPECT_EQ(pendingSeqs().size(), 0U);
}

TEST_F(CardLifeCycleTest, WhoSuspendedMustResume) {
  const auto card = installed();
  ASSERT_TRUE(step(card, CardEvent::kSuspend, asIssuer).ok());
  acknowledgeAll();
  const auto refused = step(card, CardEvent::kResume, asWallet);
  EXPECT_EQ(tsp::refusalOf(refused.error()), tsp::CardRefusal::kSuspendedByOthers);
  EXPECT_FALSE(step(card, CardEvent::kResume, Asker::anOperator()).ok());
  EXPECT_EQ(state(card), VisibleState::kSuspended);
  EXPECT_EQ(pendingSeqs().size(), 0U) << "a refusal changes nothing";

  ASSERT_TRUE(step(card, CardEvent::kSuspend, asWallet).ok());
  EXPECT_EQ(step(card, CardEvent::kResume, asIssuer)->state, VisibleState::kSuspended);
  EXPECT_EQ(pendingSeqs().size(), 0U) << "still suspended, so nothing to tell";
  EXPECT_EQ(step(card, CardEvent::kResume, asWallet)->state, VisibleState::kActive);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kResumeCard});
  EXPECT_EQ(targetAt(0), CardTarget::kActive);
}

TEST_F(CardLifeCycleTest, NewerStateReplacesTheOneThatWaits) {
  const auto card = installed();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
    ASSERT_TRUE(step(card, CardEvent::kResume).ok());
  }
  EXPECT_EQ(pendingTypes(), Types{OperationType::kResumeCard});
  EXPECT_EQ(find(pendingSeqs()[0] - 1).state, records::OperationState::kVoid);
}

TEST_F(CardLifeCycleTest, CardsAreTheirWalletsAndTheirIssuersOnly) {
  const auto card = installed();
  const Asker strangers[] = {Asker::wallet(base::WalletId::random(random)),
                             Asker::issuer(base::TenantId::random(random))};
  for (const Asker& stranger : strangers) {
    for (const CardEvent event : {CardEvent::kSuspend, CardEvent::kResume, CardEvent::kDelete}) {
      EXPECT_EQ(statusOf(step(card, event, stranger)), CpsStatus::kTokenUnknown);
    }
    EXPECT_EQ(statusOf(cards.find(stranger, card.digitalCardId)), CpsStatus::kTokenUnknown);
  }
  EXPECT_EQ(state(card), VisibleState::kActive);
  EXPECT_EQ(pendingSeqs().size(), 0U);
  EXPECT_TRUE(cards.find(Asker::anOperator(), card.digitalCardId).ok());
}

TEST_F(CardLifeCycleTest, DeletionVoidsKeysAndWhateverWaitsForTheCard) {
  const auto other = installed();
  const auto card = claimed();
  ASSERT_TRUE(step(card, CardEvent::kSuspend).ok());
  ASSERT_TRUE(step(other, CardEvent::kSuspend).ok());
  EXPECT_EQ(step(card, CardEvent::kDelete)->state, VisibleState::kDeleted);
  EXPECT_EQ(pendingTypes(), Types({OperationType::kSuspendCard, OperationType::kDeleteCard}));
  const auto left = store.read(
      [&](ports::Unit& unit) { return unit.paymentKeys().countIssued(card.tokenId, 1, 0); });
  EXPECT_EQ(left.value(), 0U);
  EXPECT_EQ(cardOf(card).state, records::DigitizationState::kEnded);

  ASSERT_TRUE(step(card, CardEvent::kDelete).ok()) << "idempotent";
  EXPECT_EQ(pendingSeqs().size(), 2U);
  for (const CardEvent event : {CardEvent::kSuspend, CardEvent::kResume}) {
    const auto refused = step(card, event);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(tsp::refusalOf(refused.error()), tsp::CardRefusal::kDeleted);
  }
}

TEST_F(CardLifeCycleTest, ParkedOperationsOfADeletedCardAreVoidToo) {
  const auto card = claimed();
  park(1);
  park(2);
  ASSERT_TRUE(step(card, CardEvent::kDelete).ok());
  EXPECT_EQ(find(1).state, records::OperationState::kVoid);
  EXPECT_EQ(find(2).state, records::OperationState::kVoid);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kDeleteCard});
}

TEST_F(CardLifeCycleTest, DeletionBeforeTheClaimEndsTheCode) {
  const auto card = digitized();
  ASSERT_TRUE(step(card, CardEvent::kDelete, asWallet).ok());
  EXPECT_EQ(pendingSeqs().size(), 0U);
  const auto code = store.read(
      [&](ports::Unit& unit) { return unit.codes().find(tenant, wallet.walletId, card.codeRef); });
  EXPECT_FALSE(code->has_value());
  EXPECT_TRUE(cardOf(card).sealedReply.empty()) << "it holds the code";
}

TEST_F(CardLifeCycleTest, ExpiredCardIsRetiredAndMayStillBeDeleted) {
  const auto card = installed();
  clock.set(std::chrono::sys_days(std::chrono::year(2031) / std::chrono::January / 1));
  EXPECT_EQ(state(card), VisibleState::kRetired);
  const auto refused = step(card, CardEvent::kSuspend);
  EXPECT_EQ(tsp::refusalOf(refused.error()), tsp::CardRefusal::kRetired);
  EXPECT_TRUE(step(card, CardEvent::kDelete).ok());
}

TEST_F(CardLifeCycleTest, FailedCommitLeavesTokenAndLogAsTheyWere) {
  const auto card = installed();
  store.failCommits(1);
  EXPECT_EQ(step(card, CardEvent::kDelete).error().code(), Code::kUnavailable);
  EXPECT_EQ(state(card), VisibleState::kActive);
  EXPECT_EQ(pendingSeqs().size(), 0U);
  store.rerunUnits(1);
  ASSERT_TRUE(step(card, CardEvent::kDelete).ok());
  EXPECT_EQ(pendingSeqs().size(), 1U);
}

TEST_F(CardLifeCycleTest, RevocationEndsTheCardsOfTheDeviceAndLeavesOnlyTheWipe) {
  const auto mine = claimed();
  const auto unclaimed = digitized();
  park(1);
  Devices devices(backend, operations, cards);
  ASSERT_TRUE(devices.revoke(device, LockReason::STOLEN).ok());
  EXPECT_EQ(state(mine), VisibleState::kDeleted);
  EXPECT_EQ(state(unclaimed), VisibleState::kProvisioning);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kWipe});
  ASSERT_TRUE(step(mine, CardEvent::kDelete).ok());
  EXPECT_EQ(pendingTypes(), Types{OperationType::kWipe}) << "I8";
}

}  // namespace
}  // namespace florin::cps
