#include "gateway/eligibility.h"

#include "gateway/gateway_fixture.h"

namespace florin::gateway {
namespace {

struct EligibilityTest : DigitizingTest {
  messages::EligibilityRequest asked() {
    messages::EligibilityRequest made;
    made.correlationId = base::CorrelationId::random(random);
    made.card.cardData = envelope(pan("999900123456789"));
    made.language = "en";
    return made;
  }
  Result<messages::EligibilityReply> check(const messages::EligibilityRequest& message) {
    const SecretBytes body = messages::encodeEligibilityRequest(message);
    return eligibility.check(wallet, message, body.expose());
  }
  std::optional<MGErrorCode> refusal(const messages::EligibilityRequest& message) {
    const auto reply = check(message);
    return reply.ok() ? std::nullopt : messages::mgErrorOf(reply.error());
  }
  static tsp::CardOffer withTerms() {
    tsp::CardOffer offered;
    offered.terms.push_back(tsp::makeTerms("en", "text/html", "<p>Yes?</p>"));
    offered.terms.push_back(tsp::makeTerms("de", "text/plain", "Ja?"));
    return offered;
  }
};

TEST_F(EligibilityTest, TellsTheCardAndChangesNothing) {
  const auto reply = check(asked());
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->product, "Test Card");
  EXPECT_EQ(reply->issuerName, "Test Bank");
  EXPECT_EQ(reply->panLastFour, pan("999900123456789").substr(12));
  EXPECT_FALSE(reply->terms);
  EXPECT_EQ(cardCount(), 0U);
  EXPECT_TRUE(issuers.asked.empty());
}

TEST_F(EligibilityTest, TermsComeInTheLanguageThatThereIs) {
  offer(withTerms());
  auto message = asked();
  EXPECT_EQ(check(message)->terms->text, "<p>Yes?</p>");
  message.language = "de";
  EXPECT_EQ(check(message)->terms->contentType, "text/plain");
  message.language = "fr";
  EXPECT_EQ(check(message)->terms->language, "en");
}

TEST_F(EligibilityTest, WhatIsNotForThisWalletIsToldBeforeAnybodyAsks) {
  auto message = asked();
  message.card.cardData = envelope(pan("999910123456789"));
  EXPECT_EQ(refusal(message), MGErrorCode::UNKNOWN_BIN);
  message.card.cardData = envelope(pan("999900123456789"), "1225");
  EXPECT_EQ(refusal(message), MGErrorCode::FPAN_NOT_ELIGIBLE);
  message.card.cardData = {1, 2, 3};
  EXPECT_EQ(refusal(message), MGErrorCode::INVALID_CARD_DATA);

  tsp::CardOffer watches;
  watches.eligibility.deviceTypes = {"WATCH", "BAND"};
  offer(watches);
  EXPECT_EQ(refusal(asked()), MGErrorCode::DEVICE_NOT_ELIGIBLE);
  message = asked();
  message.deviceType = "PHONE";
  EXPECT_EQ(refusal(message), MGErrorCode::DEVICE_NOT_ELIGIBLE);
  message.deviceType = "BAND";
  EXPECT_EQ(refusal(message), std::nullopt);
  tsp::CardOffer closed;
  closed.eligibility.closed = true;
  offer(closed);
  EXPECT_EQ(refusal(asked()), MGErrorCode::CARD_PRODUCT_NOT_SUPPORTED);
  EXPECT_TRUE(issuers.eligibilityAsked.size() == 1U) << "of the watch only";
}

TEST_F(EligibilityTest, TheSameRulesHoldForTheDigitization) {
  tsp::CardOffer watches;
  watches.eligibility.deviceTypes = {"WATCH"};
  offer(watches);
  auto message = request();
  EXPECT_EQ(refusalOf(message), MGErrorCode::DEVICE_NOT_ELIGIBLE);
  message.deviceType = "WATCH";
  EXPECT_EQ(refusalOf(message), std::nullopt);
  tsp::CardOffer closed;
  closed.eligibility.closed = true;
  offer(closed);
  EXPECT_EQ(refusalOf(request(pan("999900987654321"))), MGErrorCode::CARD_PRODUCT_NOT_SUPPORTED);
  tsp::CardOffer one;
  one.eligibility.cardsPerWallet = 1;
  offer(one);
  EXPECT_EQ(refusalOf(request(pan("999900987654321"))),
            MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED);
  EXPECT_EQ(cardCount(), 1U);
}

TEST_F(EligibilityTest, TheIssuerMayRefuseOrBeSilent) {
  const auto message = asked();
  issuers.eligible = false;
  EXPECT_EQ(refusal(message), MGErrorCode::FPAN_NOT_ELIGIBLE);
  issuers.silent = true;
  EXPECT_EQ(refusal(message), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  issuers.silent = false;
  issuers.eligible = true;
  ASSERT_TRUE(check(message).ok());
  auto digitizing = request();
  digitizing.correlationId = message.correlationId;
  EXPECT_EQ(replyOf(digitizing).digitalCardId, issuers.eligibilityAsked.back())
      << "he hears of one card, from the first question on";
}

TEST_F(EligibilityTest, ACardOfTheWalletIsNotWantedTwice) {
  const auto reply = replyOf(request());
  EXPECT_EQ(refusal(asked()), std::nullopt) << "its code is open, and may be lost";
  ASSERT_TRUE(write([&](ports::Unit& unit) -> Status {
                FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().find(tenant, reply.digitalCardId));
                card->sealedReply.clear();
                return unit.digitalCards().update(*card);
              }).ok());
  EXPECT_EQ(refusal(asked()), MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET);
}

TEST_F(EligibilityTest, TermsMustBeAcceptedAsTheyAreAndAreRecorded) {
  offer(withTerms());
  auto message = request();
  EXPECT_EQ(refusalOf(message), MGErrorCode::MISSING_REQUIRED_PARAMETER);
  message.termsId = Bytes(32, 7);
  EXPECT_EQ(refusalOf(message), MGErrorCode::MISSING_REQUIRED_PARAMETER);
  EXPECT_EQ(cardCount(), 0U);
  EXPECT_TRUE(issuers.asked.empty());
  message.termsId = withTerms().terms[1].id;
  const auto reply = replyOf(message);
  const auto card = store.read(
      [&](ports::Unit& u) { return u.digitalCards().find(tenant, reply.digitalCardId); });
  EXPECT_EQ((*card)->termsId, message.termsId);
  EXPECT_EQ((*card)->termsAccepted, clock.now());
}

TEST(TermsTest, AnIdIsOfOneTextInOneLanguage) {
  const Bytes id = tsp::makeTerms("en", "text/plain", "Yes?").id;
  EXPECT_EQ(id.size(), 32U);
  EXPECT_NE(id, tsp::makeTerms("en", "text/plain", "Yes!").id);
  EXPECT_NE(id, tsp::makeTerms("de", "text/plain", "Yes?").id);
  EXPECT_NE(id, tsp::makeTerms("en", "text/html", "Yes?").id);
  EXPECT_EQ(id, tsp::makeTerms("en", "text/plain", "Yes?").id);
}

}  // namespace
}  // namespace florin::gateway
