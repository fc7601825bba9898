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

  std::shared_ptr<PushRecord> incoming(const std::map<std::string, std::string>& bundle) {
    auto listener = std::make_shared<PushRecord>();
    wallet->getProvisioningBusinessService().processIncomingMessage(bundle, listener);
    settle();
    return listener;
  }
  std::shared_ptr<PushRecord> updateToken(const std::string& token) {
    auto listener = std::make_shared<PushRecord>();
    wallet->getProvisioningBusinessService().updatePushToken(token, listener);
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

TEST_F(ProvisionTest, PushFetchesWhatWaits) {
  backend.queue(messages::OperationType::kSuspendCard, card,
                messages::SetCardState{messages::CardTarget::kSuspended});
  const auto told = incoming({{"Sender", "CPS"}});
  EXPECT_EQ(told->events, "D");
  EXPECT_EQ(told->messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_EQ(cards()[0].state, CardState::SUSPENDED);
  EXPECT_EQ(incoming({{"sender", "CPS"}})->events, "D");  // doubled: nothing waits any more
}

TEST_F(ProvisionTest, PushOfTheGatewayReplenishesItsCard) {
  const std::string id = cards()[0].digitalCardId;
  const std::uint32_t before = backend.issuedAtc.at(card);
  const auto told = incoming(
      {{"SENDER", "MG"}, {"Action", "MG:ReplenishmentNeededNotification"}, {"digitalcardid", id}});
  EXPECT_EQ(told->events, "D");
  EXPECT_GT(backend.issuedAtc.at(card), before);
  const auto none = incoming({{"sender", "MG"},
                              {"action", "MG:ReplenishmentNeededNotification"},
                              {"digitalCardID", std::string(32, 'a')}});
  EXPECT_EQ(none->error.sdkCode, Sdk::CARD_NOT_ENROLLED);
}

TEST_F(ProvisionTest, PaymentThatAPushTellsOfIsHandedOnWithoutNetwork) {
  const std::size_t sent = transport.sent;
  std::map<std::string, std::string> bundle = {{"Sender", "TNS"},
                                               {"ACTION", "TNS:PaymentTransactionNotification"},
                                               {"digitalCardId", cards()[0].digitalCardId}};
  const auto told = incoming(bundle);
  EXPECT_EQ(told->events, "D");
  EXPECT_EQ(told->messages, std::vector<std::string>{"CBP.info.paymentAccepted"});
  EXPECT_EQ(told->cards, std::vector<std::string>{card.toString()});
  bundle["digitalCardId"] = std::string(32, 'a');
  EXPECT_EQ(incoming(bundle)->error.sdkCode, Sdk::CARD_NOT_ENROLLED);
  EXPECT_EQ(transport.sent, sent);
}

TEST_F(ProvisionTest, CardThatTheBackendDoesNotKnowIsErasedAndTheApplicationIsTold) {
  ASSERT_EQ(sendCode(issueCode())->events, "SCD");
  backend.refusal = messages::CpsStatus::kTokenUnknown;
  const auto told = replenish(true);
  EXPECT_EQ(told->error.cpsCode, 524);
  EXPECT_EQ(told->messages, std::vector<std::string>{"CBP.info.tokenDeleted"});
  EXPECT_EQ(told->cards, std::vector<std::string>{card.toString()});
  ASSERT_EQ(cards().size(), 1U);
  EXPECT_NE(cards()[0].tokenizedCardId, card.toString());
  kill();
  open();
  EXPECT_EQ(cards().size(), 1U);
}

TEST_F(ProvisionTest, CardThatIsUnknownAndDeletedIsToldOnce) {
  backend.refusal = messages::CpsStatus::kTokenUnknown;
  backend.queue(messages::OperationType::kDeleteCard, card, messages::Nothing());
  EXPECT_EQ(replenish(true)->messages, std::vector<std::string>{"CBP.info.tokenDeleted"});
  EXPECT_TRUE(cards().empty());
}

TEST_F(ProvisionTest, UnknownCardOutsideTheChannelIsAReportAndErasesNothing) {
  transport.tamper = [](TransportResponse& response) {
    messages::ErrorBody body;
    body.code = 524;
    response = {404, {}, base::toBytes(base::asBytes(messages::encodeErrorBody(body)))};
  };
  EXPECT_EQ(replenish(true)->error.cpsCode, 524);
  EXPECT_EQ(cards().size(), 1U);
}

// A card that was suspended before its ID&V was done is inactive again when it is resumed.
TEST_F(ProvisionTest, EveryTargetIsAStateAndHasItsMessage) {
  using messages::CardTarget;
  using messages::OperationType;
  const struct {
    OperationType type;
    CardTarget target;
    CardState state;
    const char* message;
  } rows[] = {
      {OperationType::kSuspendCard, CardTarget::kSuspended, CardState::SUSPENDED,
       "CBP.info.tokenSuspended"},
      {OperationType::kResumeCard, CardTarget::kInactive, CardState::INACTIVE,
       "CBP.info.tokenResumed"},
      {OperationType::kActivateCard, CardTarget::kActive, CardState::ACTIVE,
       "CBP.info.tokenResumed"},
  };
  for (const auto& row : rows) {
    backend.queue(row.type, card, messages::SetCardState{row.target});
    EXPECT_EQ(synchronize()->messages, std::vector<std::string>{row.message});
    EXPECT_EQ(cards()[0].state, row.state);
  }
}

TEST_F(ProvisionTest, EveryOperationIsToldOnceWithItsCard) {
  using messages::CardTarget;
  using messages::OperationType;
  backend.queue(OperationType::kSuspendCard, card, messages::SetCardState{CardTarget::kSuspended});
  backend.queue(OperationType::kResumeCard, card, messages::SetCardState{CardTarget::kActive});
  backend.queueKeys(card, 2);
  transport.lose = [first = transport.sent](std::size_t number) {
    return number == first ? Lost::kAnswer : Lost::kNothing;
  };
  const auto told = synchronize();
  EXPECT_EQ(told->messages,
            (std::vector<std::string>{"CBP.info.tokenSuspended", "CBP.info.tokenResumed",
                                      "CBP.info.tokenReplenished"}));
  EXPECT_EQ(told->cards, std::vector<std::string>(3, card.toString()));
  EXPECT_EQ(told->severities, std::vector<std::string>(3, "info"));
  EXPECT_EQ(told->events, "D");
  EXPECT_TRUE(synchronize()->messages.empty());
}

TEST_F(ProvisionTest, WhatIsNotOursIsGivenBackWithoutNetwork) {
  const std::size_t sent = transport.sent;
  const std::map<std::string, std::string> bundles[] = {
      {},
      {{"sender", "cps"}},
      {{"sender", "shop"}, {"offer", "shoes"}},
      {{"sender", "MG"}},
      {{"sender", "TNS"}},
      {{"sender", "TNS"}, {"digitalCardID", std::string(32, 'a')}},
      {{"sender", "TNS"},
       {"action", "MG:ReplenishmentNeededNotification"},
       {"digitalCardID", std::string(32, 'a')}},
      {{"sender", "MG"}, {"action", "MG:ReplenishmentNeededNotification"}},
      {{"sender", "MG"},
       {"action", "MG:ReplenishmentNeededNotification"},
       {"digitalCardID", "not an id"}},
  };
  for (const auto& bundle : bundles) EXPECT_EQ(incoming(bundle)->events, "U");
  EXPECT_EQ(transport.sent, sent);
}

TEST_F(ProvisionTest, PushTokenIsToldOnceAndOnlyWhenItIsNew) {
  const std::size_t sent = transport.sent;
  EXPECT_EQ(updateToken("token")->events, "D");  // that of the enrollment
  EXPECT_EQ(transport.sent, sent);
  EXPECT_EQ(updateToken("HMS:other")->events, "D");
  EXPECT_EQ(backend.pushToken, "HMS:other");
  EXPECT_GT(transport.sent, sent);
  const std::size_t after = transport.sent;
  EXPECT_EQ(updateToken("HMS:other")->events, "D");
  EXPECT_EQ(transport.sent, after);
  for (const std::string& bad :
       {std::string(), std::string("HMS:"), std::string("a b"), std::string("a\r\nX: y"),
        std::string("a\0b", 3), std::string("\xC3\xA9"),
        std::string(base::limits::kPushToken + 1, 'x')}) {
    EXPECT_EQ(updateToken(bad)->error.sdkCode, Sdk::INVALID_ARGUMENT);
  }
  EXPECT_EQ(backend.pushToken, "HMS:other");
}

TEST_F(ProvisionTest, PushTokenWhoseAnswerWasLostIsToldAgain) {
  transport.lose = [](std::size_t) { return Lost::kRequest; };
  EXPECT_EQ(updateToken("second")->events, "E");
  transport.lose = nullptr;
  kill();
  open();
  EXPECT_EQ(updateToken("third")->events, "D");  // after the second, which is still in flight
  EXPECT_EQ(backend.pushToken, "third");
  EXPECT_EQ(updateToken("third")->events, "D");
}

TEST_F(ProvisionTest, PushBeforeEnrollmentDoesNoHarm) {
  TestWallet fresh;
  auto listener = std::make_shared<PushRecord>();
  fresh.wallet->getProvisioningBusinessService().processIncomingMessage({{"sender", "CPS"}},
                                                                        listener);
  fresh.settle();
  EXPECT_EQ(listener->error.sdkCode, Sdk::ENROLLMENT_REQUIRED);
  auto token = std::make_shared<PushRecord>();
  fresh.wallet->getProvisioningBusinessService().updatePushToken("token", token);
  fresh.settle();
  EXPECT_EQ(token->error.sdkCode, Sdk::ENROLLMENT_REQUIRED);
}

TEST(PushInboxTest, KeepsAFewDifferentOnesInTheirOrder) {
  PushInbox inbox;
  for (std::size_t i = 0; i < PushInbox::kMessages; ++i) {
    EXPECT_TRUE(inbox.put({{"n", std::to_string(i)}}));
  }
  EXPECT_TRUE(inbox.put({{"n", "0"}}));
  EXPECT_FALSE(inbox.put({{"n", "one more"}}));
  const auto all = inbox.take();
  ASSERT_EQ(all.size(), PushInbox::kMessages);
  EXPECT_EQ(all.front().at("n"), "0");
  EXPECT_TRUE(inbox.take().empty());
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
