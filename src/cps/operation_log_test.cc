#include "cps/operation_log.h"

#include "cps/card_fixture.h"

namespace florin::cps {
namespace {

using messages::AckVerdict;
using messages::CpsStatus;
using messages::OperationType;
using records::OperationState;

struct OperationLogTest : CardTest {
  // append writes an operation and the device row.
  void append(const base::TokenId& card = {}, OperationType type = OperationType::kResumeCard) {
    ASSERT_TRUE(write([&](ports::Unit& unit) -> Status {
                  messages::OperationPayload payload;
                  if (isStateOperation(type)) {
                    payload = messages::SetCardState{messages::CardTarget::kSuspended};
                  }
                  FLORIN_TRY(operations.append(unit, row, card, type, payload));
                  return unit.devices().update(row);
                }).ok());
  }
};

using Seqs = std::vector<std::uint64_t>;

TEST_F(OperationLogTest, OperationsAreDeliveredInTheOrderTheyWereWritten) {
  const base::TokenId a = base::TokenId::random(random);
  const base::TokenId b = base::TokenId::random(random);
  for (const base::TokenId& card : {a, b, a, base::TokenId(), b}) append(card);
  const auto delivered = operations.unseal(pending().operations);
  ASSERT_TRUE(delivered.ok());
  ASSERT_EQ(delivered->size(), 5U);
  const Seqs cardSeqs = {1, 1, 2, 0, 2};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*delivered)[i].opSeq, i + 1);
    EXPECT_EQ((*delivered)[i].cardSeq, cardSeqs[i]);
  }
  EXPECT_FALSE(pending().more);
}

TEST_F(OperationLogTest, RedeliveryIsIdenticalByteByByte) {
  append(base::TokenId::random(random));
  const auto first = operations.unseal(pending().operations);
  clock.advance(std::chrono::hours(1));
  const auto second = operations.unseal(pending().operations);
  ASSERT_EQ(first->size(), 1U);
  EXPECT_EQ(base::toHex((*first)[0].payload.expose()), base::toHex((*second)[0].payload.expose()));
  EXPECT_EQ((*first)[0].opSeq, (*second)[0].opSeq);
  EXPECT_EQ((*first)[0].type, OperationType::kResumeCard);
}

TEST_F(OperationLogTest, AcknowledgedOperationsAreNotDeliveredAgain) {
  for (int i = 0; i < 3; ++i) append();
  ASSERT_TRUE(acknowledge({{1}, {2}, {3}}).ok());
  EXPECT_EQ(pendingSeqs(), Seqs());
  EXPECT_EQ(find(2).state, OperationState::kAcked);
}

TEST_F(OperationLogTest, AcksMayHaveGapsAndComeInAnyOrder) {
  for (int i = 0; i < 4; ++i) append();
  ASSERT_TRUE(acknowledge({{4}, {2}}).ok());
  EXPECT_EQ(pendingSeqs(), Seqs({1, 3}));
  append();
  EXPECT_EQ(pendingSeqs(), Seqs({1, 3, 5}));
}

TEST_F(OperationLogTest, AckBeyondTheLogIsRefusedAndNothingOfItsRequestCounts) {
  append();
  EXPECT_EQ(statusOf(acknowledge({{1}, {2}})), CpsStatus::kInvalidConversation);
  EXPECT_EQ(statusOf(acknowledge({{0}})), CpsStatus::kInvalidConversation);
  EXPECT_EQ(pendingSeqs(), Seqs({1}));
}

TEST_F(OperationLogTest, FirstVerdictStands) {
  append();
  append();
  ASSERT_TRUE(acknowledge({{1, AckVerdict::kCannotApply, 7}, {2}}).ok());
  EXPECT_EQ(find(1).state, OperationState::kParked);
  EXPECT_EQ(find(1).parkedReason, 7U);
  EXPECT_EQ(log.count("operation.parked"), 1U);
  ASSERT_TRUE(acknowledge({{1}, {2, AckVerdict::kCannotApply, 9}}).ok());
  EXPECT_EQ(find(1).state, OperationState::kParked);
  EXPECT_EQ(find(2).state, OperationState::kAcked);
  EXPECT_EQ(log.count("operation.parked"), 1U);
}

TEST_F(OperationLogTest, DeliveryIsBoundedAndSaysThatThereIsMore) {
  constexpr std::size_t kLimit = base::limits::kOperationsPerExchange;
  for (std::size_t i = 0; i <= kLimit; ++i) append();
  EXPECT_TRUE(pending().more);
  EXPECT_EQ(pendingSeqs().size(), kLimit);
  EXPECT_EQ(pendingSeqs().back(), kLimit);
  ASSERT_TRUE(acknowledge({{1}}).ok());
  EXPECT_FALSE(pending().more);
  EXPECT_EQ(pendingSeqs().back(), kLimit + 1);
}

TEST_F(OperationLogTest, PayloadMovedToAnotherOperationIsNotDelivered) {
  append();
  append();
  std::vector<records::Operation> rows = pending().operations;
  std::swap(rows[0].sealedPayload, rows[1].sealedPayload);
  EXPECT_FALSE(operations.unseal(rows).ok());
}

TEST_F(OperationLogTest, UrgentOperationsComeFirstWithWhatIsBeforeThemForTheirCard) {
  const base::TokenId a = base::TokenId::random(random);
  const base::TokenId b = base::TokenId::random(random);
  append(a);
  append(b);
  append(b, OperationType::kSuspendCard);
  append(b);
  EXPECT_EQ(pendingSeqs(), Seqs({2, 3, 1, 4}));
  append({}, OperationType::kWipe);
  EXPECT_EQ(pendingSeqs().at(2), 5U);
}

TEST_F(OperationLogTest, UrgentOperationsAloneComeWithWhatIsBeforeThemForTheirCard) {
  const base::TokenId a = base::TokenId::random(random);
  const base::TokenId b = base::TokenId::random(random);
  append(a);
  append(b);
  append(b, OperationType::kSuspendCard);
  append(b);
  EXPECT_EQ(pendingSeqs(Which::kUrgent), Seqs({2, 3}));
}

TEST_F(OperationLogTest, UrgentOperationIsInTheNextReplyHoweverMuchWaits) {
  const base::TokenId a = base::TokenId::random(random);
  const base::TokenId b = base::TokenId::random(random);
  for (std::size_t i = 0; i < 2 * base::limits::kOperationsPerExchange; ++i) append(a);
  append(b, OperationType::kDeleteCard);
  EXPECT_EQ(pendingTypes().front(), OperationType::kDeleteCard);
}

TEST_F(OperationLogTest, ParkedOperationHoldsBackItsOwnCardOnly) {
  const base::TokenId a = base::TokenId::random(random);
  const base::TokenId b = base::TokenId::random(random);
  for (const base::TokenId& card : {a, a, b, a, base::TokenId()}) append(card);
  park(2);
  EXPECT_EQ(pendingSeqs(), Seqs({1, 3, 5}));
  append(a, OperationType::kSuspendCard);
  append(a, OperationType::kDeleteCard);
  EXPECT_EQ(pendingSeqs(), Seqs({1, 6, 7, 3, 5})) << "urgent ones go around it";
}

TEST_F(OperationLogTest, CardThatIsHeldBackDoesNotHideTheOthers) {
  const base::TokenId a = base::TokenId::random(random);
  for (std::size_t i = 0; i <= 2 * base::limits::kOperationsPerExchange; ++i) append(a);
  append();
  park(1);
  EXPECT_EQ(pendingSeqs(), Seqs({2 * base::limits::kOperationsPerExchange + 2}));
}

struct CardClaimsTest : CardTest {};

TEST_F(CardClaimsTest, ClaimInstallsTheCardThenItsKeysAndEndsTheCode) {
  const records::ActivationCode code = digitized();
  const auto claim = claims.prepare(code, row);
  ASSERT_TRUE(claim.ok());
  ASSERT_TRUE(commit(*claim).ok());

  const auto delivered = operations.unseal(pending().operations);
  ASSERT_EQ(delivered->size(), 2U);
  EXPECT_EQ((*delivered)[0].type, OperationType::kInstallCard);
  EXPECT_EQ((*delivered)[1].type, OperationType::kInstallKeys);
  const auto keys =
      messages::decodePayload(OperationType::kInstallKeys, (*delivered)[1].payload.expose());
  EXPECT_EQ(std::get<messages::InstallKeys>(*keys).keys.size(), 10U);
  EXPECT_EQ(tokenOf(code).state, records::TokenState::kActive);
  EXPECT_EQ(tokenOf(code).deviceId, device);

  const auto left = store.read(
      [&](ports::Unit& unit) { return unit.codes().find(tenant, wallet.walletId, code.codeRef); });
  EXPECT_FALSE(left->has_value());
  const auto card = store.read(
      [&](ports::Unit& unit) { return unit.digitalCards().find(tenant, code.digitalCardId); });
  EXPECT_TRUE((*card)->sealedReply.empty()) << "it holds the code";
}

TEST_F(CardClaimsTest, CardSuspendedBeforeItsClaimArrivesSuspended) {
  const records::ActivationCode code = digitized();
  ASSERT_TRUE(step(tokenOf(code), tsp::CardEvent::kSuspend).ok());
  ASSERT_TRUE(commit(*claims.prepare(code, row)).ok());
  EXPECT_EQ(tokenOf(code).state, records::TokenState::kSuspended);
  const auto delivered = operations.unseal(pending().operations);
  const auto install =
      messages::decodePayload(OperationType::kInstallCard, (*delivered)[0].payload.expose());
  EXPECT_EQ(std::get<messages::InstallCard>(*install).target, messages::CardTarget::kSuspended);
}

TEST_F(CardClaimsTest, TokenThatChangedMeanwhileIsPreparedAgain) {
  const records::ActivationCode code = digitized();
  const auto first = claims.prepare(code, row);
  const auto second = claims.prepare(code, row);
  ASSERT_TRUE(commit(*first).ok());
  EXPECT_EQ(commit(*second).error().code(), Code::kConflict);
  EXPECT_EQ(pendingSeqs().size(), 2U);
}

TEST_F(CardClaimsTest, DeletedCardCannotBeClaimed) {
  const records::ActivationCode code = digitized();
  ASSERT_TRUE(step(tokenOf(code), tsp::CardEvent::kDelete).ok());
  EXPECT_EQ(claims.prepare(code, row).error().code(), Code::kWrongState);
}

TEST_F(CardClaimsTest, EmptyBatchWritesNoOperation) {
  ASSERT_TRUE(write([&](ports::Unit& unit) { return claims.appendRefill(unit, row, {}); }).ok());
  EXPECT_EQ(pendingSeqs(), Seqs());
}

TEST_F(CardClaimsTest, TriesComeAnewWithACodeAndWithItsClaim) {
  const auto tries = [&](std::uint32_t set) {
    EXPECT_TRUE(write([&](ports::Unit& unit) {
                  return unit.wallets().setTriesLeft(tenant, wallet.walletId, set);
                }).ok());
  };
  const auto left = [&] {
    return (*store.read(
                [&](ports::Unit& unit) { return unit.wallets().find(tenant, wallet.walletId); }))
        ->triesLeft;
  };
  tries(0);
  const records::ActivationCode code = digitized();
  EXPECT_EQ(left(), base::limits::kCodeTries);
  tries(1);
  ASSERT_TRUE(commit(*claims.prepare(code, row)).ok());
  EXPECT_EQ(left(), base::limits::kCodeTries);
}

TEST_F(CardClaimsTest, OpenCodesOfAWalletAreBounded) {
  for (unsigned i = 0; i < base::limits::kOpenCodesPerWallet; ++i) digitized();
  const auto one = codes.prepare(wallet, {});
  const Status more = write([&](ports::Unit& unit) { return codes.commit(unit, *one); });
  EXPECT_EQ(statusOf(more), CpsStatus::kCapacityExceeded);
}

struct Bell : ports::PushBell {
  void ring() override { ++rings; }
  unsigned rings = 0;
};

struct OperationPushTest : OperationLogTest {
  OperationPushTest() {
    backend.bell = &bell;
    row.sealedPushToken = Bytes(8, 1);
  }
  std::size_t pushes() {
    const auto claimed = store.write([&](ports::Unit& unit) {
      return unit.pushes().claim(clock.now(), clock.now() + std::chrono::minutes(1), 10);
    });
    return claimed.value().size();
  }
  Bell bell;
};

TEST_F(OperationPushTest, OperationsOfADeviceShareOnePush) {
  append();
  append();
  EXPECT_EQ(bell.rings, 2U);
  EXPECT_EQ(pushes(), 1U);
}

TEST_F(OperationPushTest, DeviceThatAsksIsNotPushed) {
  ASSERT_TRUE(write([&](ports::Unit& unit) {
                return operations.append(unit, row, {}, OperationType::kWipe, messages::Nothing(),
                                         OperationLog::Wake::kNot);
              }).ok());
  EXPECT_EQ(bell.rings, 0U);
  EXPECT_EQ(pushes(), 0U);
}

TEST_F(OperationPushTest, NothingIsWrittenForNobodyToSend) {
  row.sealedPushToken.clear();
  append();
  row.sealedPushToken = Bytes(8, 1);
  backend.bell = nullptr;
  append();
  EXPECT_EQ(bell.rings, 0U);
  EXPECT_EQ(pushes(), 0U);
}

TEST_F(OperationLogTest, OldOperationsGoWhenTheDeviceAcknowledgesMore) {
  for (unsigned i = 0; i < base::limits::kEraseOldEvery; ++i) append();
  std::vector<messages::Ack> allButTheLast;
  for (std::uint64_t opSeq = 1; opSeq < base::limits::kEraseOldEvery; ++opSeq) {
    allButTheLast.push_back({.opSeq = opSeq});
  }
  const auto count = [&] {
    return store
        .read([&](ports::Unit& unit) { return unit.operations().listOf(row.deviceId, 0, 100); })
        .value()
        .size();
  };
  clock.advance(base::limits::kOperationsKept + std::chrono::hours(1));
  ASSERT_TRUE(acknowledge(allButTheLast).ok());
  EXPECT_EQ(count(), base::limits::kEraseOldEvery);
  ASSERT_TRUE(acknowledge({{base::limits::kEraseOldEvery}}).ok());
  EXPECT_EQ(count(), 1U);
}

TEST_F(OperationPushTest, PushGoesWithItsUnit) {
  EXPECT_FALSE(write([&](ports::Unit& unit) -> Status {
                 FLORIN_TRY(
                     operations.append(unit, row, {}, OperationType::kWipe, messages::Nothing()));
                 return Error(Code::kConflict, "by the test");
               }).ok());
  EXPECT_EQ(pushes(), 0U);
}

}  // namespace
}  // namespace florin::cps
