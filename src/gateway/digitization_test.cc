#include "gateway/digitization.h"

#include "gateway/gateway_fixture.h"
#include "messages/gateway.h"

namespace florin::gateway {
namespace {

using DigitizationTest = DigitizingTest;

TEST_F(DigitizationTest, IssuerIsAskedOnceAboutTheCardThatWasTyped) {
  const auto message = request();
  replyOf(message);
  replyOf(message);
  EXPECT_EQ(issuers.asked, std::vector{message.correlationId});
  EXPECT_EQ(issuers.lastFour, pan("999900123456789").substr(12));
}

TEST_F(DigitizationTest, RedAndSilentIssuersLeaveNothing) {
  issuers.answer = {ports::IssuerDecision::kRed, {}};
  EXPECT_EQ(refusalOf(request()), MGErrorCode::PROVISIONING_NOT_ALLOWED);
  issuers.silent = true;
  EXPECT_EQ(refusalOf(request()), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  issuers = {};
  EXPECT_EQ(replyOf(request()).decision, messages::Decision::kGreen);
}

TEST_F(DigitizationTest, SameRequestAsksAboutTheSameCardAndNoOtherDoes) {
  issuers.silent = true;
  const auto message = request();
  EXPECT_EQ(refusalOf(message), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  issuers.silent = false;
  const auto reply = replyOf(message);
  auto sameName = request(pan("999900987654321"));
  sameName.correlationId = base::CorrelationId::random(random);
  replyOf(sameName);
  ASSERT_EQ(issuers.cards.size(), 3U);
  EXPECT_EQ(issuers.cards[0], issuers.cards[1]);
  EXPECT_EQ(reply.digitalCardId, issuers.cards[1]);
  EXPECT_NE(issuers.cards[2], issuers.cards[0]);
}

TEST_F(DigitizationTest, YellowGivesTheCodeAndTheMethods) {
  issuers.yellow();
  const auto reply = replyOf(request());
  EXPECT_EQ(reply.decision, messages::Decision::kYellow);
  EXPECT_FALSE(reply.activationCode.empty());
  ASSERT_EQ(reply.methods.size(), 2U);
  EXPECT_EQ(reply.methods[0].id, "sms");
  EXPECT_EQ(reply.methods[0].value, "+49 *** 12");
  EXPECT_TRUE(reply.methods[0].otp);
  EXPECT_FALSE(reply.methods[1].otp);
  const auto again = replyOf(request());  // the same card: its code anew, the issuer is not asked
  EXPECT_EQ(again.digitalCardId, reply.digitalCardId);
  EXPECT_EQ(again.decision, messages::Decision::kYellow);
  EXPECT_EQ(again.methods.size(), 2U);
  EXPECT_EQ(issuers.asked.size(), 1U);
}

TEST_F(DigitizationTest, CardBecomesADigitalCardWithACode) {
  const auto reply = replyOf(request());
  EXPECT_EQ(reply.decision, messages::Decision::kGreen);
  EXPECT_EQ(reply.activationCode.size(), base::limits::kS1CodeLength);
  EXPECT_EQ(reply.codeExpires, clock.now() + base::limits::kCodeLifetime);
  EXPECT_EQ(reply.product, "Test Card");
  EXPECT_EQ(reply.panLastFour, pan("999900123456789").substr(12));
  EXPECT_EQ(cardCount(), 1U);
  EXPECT_EQ(openCodes(), 1U);
}

TEST_F(DigitizationTest, SameCorrelationIdGetsTheSameAnswer) {
  const auto message = request();
  const auto first = digitize(message);
  clock.advance(std::chrono::hours(1));
  const auto second = digitize(message);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(text(*first), text(*second));
  EXPECT_EQ(cardCount(), 1U);
}

TEST_F(DigitizationTest, SameCorrelationIdWithAnotherBodyIsRefused) {
  auto message = request();
  ASSERT_TRUE(digitize(message).ok());
  message.language = "fr";
  EXPECT_EQ(refusalOf(message), MGErrorCode::OPERATION_ALREADY_ONGOING);
  EXPECT_EQ(cardCount(), 1U);
}

TEST_F(DigitizationTest, CorrelationIdsAreOfOneWallet) {
  auto message = request();
  const auto first = replyOf(message);
  wallet.walletId = base::WalletId::random(random);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
  EXPECT_NE(replyOf(message).digitalCardId, first.digitalCardId);
}

TEST_F(DigitizationTest, SameCardAgainGetsAFreshCodeAndTheOldOneIsVoid) {
  const auto first = replyOf(request());
  const auto second = replyOf(request());
  EXPECT_EQ(second.digitalCardId, first.digitalCardId);
  EXPECT_NE(text(second.activationCode), text(first.activationCode));
  EXPECT_EQ(cardCount(), 1U);
  EXPECT_EQ(openCodes(), 1U);
}

TEST_F(DigitizationTest, ExpiredCodeIsIssuedAnewForTheSameCard) {
  const auto first = replyOf(request());
  clock.advance(base::limits::kCodeLifetime + std::chrono::hours(1));
  const auto second = replyOf(request());
  EXPECT_EQ(second.digitalCardId, first.digitalCardId);
  EXPECT_GT(second.codeExpires, clock.now());
}

TEST_F(DigitizationTest, ClaimedCardIsInTheWalletAlready) {
  const auto message = request();
  const auto reply = replyOf(message);
  ASSERT_TRUE(write([&](ports::Unit& unit) -> Status {
                FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().find(tenant, reply.digitalCardId));
                card->sealedReply.clear();
                return unit.digitalCards().update(*card);
              }).ok());
  EXPECT_EQ(refusalOf(message), MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET);
  EXPECT_EQ(refusalOf(request()), MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET);
}

TEST_F(DigitizationTest, CardOfNoIssuerAndExpiredCardAreRefused) {
  EXPECT_EQ(refusalOf(request(pan("999910123456789"))), MGErrorCode::UNKNOWN_BIN);
  EXPECT_EQ(refusalOf(request(pan("999900123456789"), "1225")), MGErrorCode::FPAN_NOT_ELIGIBLE);
  EXPECT_EQ(refusalOf(request(pan("999900123456789"), "0126")), std::nullopt);
  EXPECT_EQ(cardCount(), 1U);
}

TEST_F(DigitizationTest, WhateverIsWrongInsideTheEnvelopeGetsOneAnswer) {
  auto cut = request();
  cut.card.cardData.pop_back();
  EXPECT_EQ(refusalOf(cut), MGErrorCode::INVALID_CARD_DATA);
  auto bent = request();
  bent.card.cardData[bent.card.cardData.size() - 1] ^= 1;
  EXPECT_EQ(refusalOf(bent), MGErrorCode::INVALID_CARD_DATA);
  auto none = request();
  none.card.cardData = {1, 2, 3};
  EXPECT_EQ(refusalOf(none), MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(cardCount(), 0U);
}

TEST_F(DigitizationTest, WalletHoldsABoundedNumberOfCards) {
  const auto message = request();
  for (std::size_t i = 0; i < base::limits::kCardsPerWallet; ++i) {
    records::DigitalCard card;
    card.tenant = tenant;
    card.digitalCardId = base::DigitalCardId::random(random);
    card.walletId = wallet.walletId;
    card.correlationId = base::CorrelationId::random(random);
    card.panIndex = random.bytes(32);
    ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.digitalCards().insert(card); }).ok());
  }
  EXPECT_EQ(refusalOf(message), MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED);
}

TEST_F(DigitizationTest, FailedCommitLeavesNothingBehind) {
  const auto message = request();
  store.failCommits(1);
  EXPECT_EQ(digitize(message).error().code(), Code::kUnavailable);
  EXPECT_EQ(cardCount(), 0U);
  EXPECT_EQ(openCodes(), 0U);
  EXPECT_TRUE(digitize(message).ok());
}

TEST_F(DigitizationTest, UnitThatRunsTwiceMakesOneCard) {
  store.rerunUnits(1);
  EXPECT_TRUE(digitize(request()).ok());
  EXPECT_EQ(cardCount(), 1U);
  EXPECT_EQ(openCodes(), 1U);
}

TEST_F(DigitizationTest, NeitherPanNorCodeIsLogged) {
  const auto reply = replyOf(request());
  EXPECT_EQ(log.text().find(pan("999900123456789")), std::string::npos);
  EXPECT_EQ(log.text().find(text(reply.activationCode)), std::string::npos);
}

TEST_F(DigitizationTest, RouteRefusesWhoDidNotSign) {
  const std::string body = text(messages::encodeDigitizeRequest(request()));
  const auto ask = [&](const crypto::P256Key& key) {
    return call("POST", "/gateway/v1/digitizations", "", body, key);
  };
  const ports::HttpResponse refused = ask(crypto::P256Key::generate(random));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(messages::decodeErrorBody(base::asText(refused.body))->code,
            static_cast<std::int64_t>(MGErrorCode::UNKNOWN_WALLET_ID));
  bool challenged = false;
  for (const auto& [name, value] : refused.headers) {
    challenged = challenged || name == "WWW-Authenticate";
  }
  EXPECT_TRUE(challenged);
  EXPECT_EQ(ask(walletKey).status, 200);
}

}  // namespace
}  // namespace florin::gateway
