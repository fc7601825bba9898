#include <gtest/gtest.h>

#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

class DigitizeTest : public testing::Test, public TestWallet {
 protected:
  std::shared_ptr<DigitizeRecord> digitize(std::string_view pan, const std::string& expiry = "1230",
                                           const std::string& languageCode = "en") {
    auto listener = std::make_shared<DigitizeRecord>();
    CardInput card;
    card.pan = SecretBytes::copyOf(base::asBytes(pan));
    card.expiry = expiry;
    card.cvv = SecretBytes::copyOf(base::asBytes("123"));
    card.holderName = "A HOLDER";
    wallet->getCardEnrollmentService().digitizeCard(std::move(card), languageCode, listener);
    settle();
    return listener;
  }
};

struct EligibilityRecord : MGEligibilityListener {
  void onEligible(const std::shared_ptr<MGDigitizationSession>& found) override { session = found; }
  void onError(const MobileGatewayError& failure) override { error = failure; }

  std::shared_ptr<MGDigitizationSession> session;
  MobileGatewayError error;
};

class EligibilityTest : public DigitizeTest {
 protected:
  static CardInput typed() {
    CardInput card;
    card.pan = SecretBytes::copyOf(base::asBytes("4111111111111111"));
    card.expiry = "1230";
    return card;
  }
  std::shared_ptr<EligibilityRecord> check(EligibilityRequest request) {
    auto listener = std::make_shared<EligibilityRecord>();
    wallet->getCardEnrollmentService().checkEligibility(std::move(request), listener);
    settle();
    return listener;
  }
  std::shared_ptr<DigitizeRecord> goOn(const std::shared_ptr<MGDigitizationSession>& session,
                                       std::string_view token = {}) {
    auto listener = std::make_shared<DigitizeRecord>();
    wallet->getCardEnrollmentService().digitizeCard(
        session, SecretBytes::copyOf(base::asBytes(token)), listener);
    settle();
    return listener;
  }
};

TEST_F(EligibilityTest, AnEligibleCardWithoutTermsGoesOn) {
  ASSERT_EQ(startWse(), "D");
  const auto found = check({typed(), "en", "00112233445566778899aabbccddeeff"});
  ASSERT_TRUE(found->session);
  EXPECT_EQ(found->session->getProduct(), "Test card");
  EXPECT_EQ(found->session->getIssuerName(), "Test Bank");
  EXPECT_EQ(found->session->getPanLastFour(), "1111");
  EXPECT_FALSE(found->session->getTermsAndConditions());
  EXPECT_EQ(found->session->getCorrelationId(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(backend.correlationHeader, "00112233445566778899aabbccddeeff");
  EXPECT_EQ(goOn(found->session)->events, "AD");
  EXPECT_EQ(backend.correlationHeader, "00112233445566778899aabbccddeeff");
}

TEST_F(EligibilityTest, WalletThatTheGatewayDoesNotKnowRegistersAgain) {
  ASSERT_EQ(startWse(), "D");
  backend.forgetWallet();
  EXPECT_TRUE(check({typed(), "en"})->session);
  backend.forgetWallet();
  EXPECT_EQ(digitize("4111111111111111")->events, "AD");
  EXPECT_EQ(backend.digitizations.size(), 1U);
}

TEST_F(EligibilityTest, TermsMustBeAcceptedFirst) {
  ASSERT_EQ(startWse(), "D");
  backend.terms = messages::Terms{Bytes(32, 5), "en", "text/plain", "Yes?"};
  const auto found = check({typed(), "en"});
  ASSERT_TRUE(found->session);
  EXPECT_EQ(found->session->getTermsAndConditions()->text, "Yes?");
  const std::size_t sent = transport.sent;
  EXPECT_EQ(goOn(found->session)->error.code, MGErrorCode::MISSING_REQUIRED_PARAMETER);
  EXPECT_EQ(transport.sent, sent);
  found->session->acceptTerms();
  EXPECT_EQ(goOn(found->session, "a.b.c")->events, "AD");
  const auto message = messages::decodeDigitizeRequest(
      SecretBytes::copyOf(base::asBytes(backend.digitizations.back())));
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->termsId, Bytes(32, 5));
  EXPECT_EQ(base::asText(message->authenticationToken.expose()), "a.b.c");
  EXPECT_EQ(message->deviceType, "PHONE");
}

TEST_F(EligibilityTest, TheSameSessionIsTheSameRequest) {
  ASSERT_EQ(startWse(), "D");
  const auto found = check({typed(), "en"});
  goOn(found->session);
  goOn(found->session);
  ASSERT_EQ(backend.digitizations.size(), 2U);
  EXPECT_EQ(backend.digitizations[0], backend.digitizations[1]);
}

TEST_F(EligibilityTest, OtherSourcesGoAsTheyAre) {
  ASSERT_EQ(startWse(), "D");
  const auto pushed = check(
      {PushedCard{SecretBytes::copyOf(base::asBytes("00112233445566778899aabbccddeeff"))}, "en"});
  ASSERT_TRUE(pushed->session);
  EXPECT_EQ(goOn(pushed->session)->events, "AD");
  EXPECT_NE(backend.digitizations.back().find("pushSessionId"), std::string::npos);
  const auto encrypted = check({EncryptedCard{Bytes(300, 1)}, "en"});
  ASSERT_TRUE(encrypted->session);
  EXPECT_EQ(goOn(encrypted->session)->events, "AD");
}

TEST_F(EligibilityTest, WhatHasNotItsFormNeverLeavesTheDevice) {
  ASSERT_EQ(startWse(), "D");
  const std::size_t before = transport.sent;
  EXPECT_EQ(check({typed(), "english"})->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(check({typed(), "en", "mine"})->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(check({EncryptedCard{}, "en"})->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(check({EncryptedCard{Bytes(base::limits::kCmsEnvelope + 1)}, "en"})->error.code,
            MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(check({PushedCard{}, "en"})->error.code, MGErrorCode::INVALID_CARD_DATA);
  CardInput card = typed();
  card.nonce = "not a nonce";
  EXPECT_EQ(check({std::move(card), "en"})->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(goOn(nullptr)->error.code, MGErrorCode::MISSING_REQUIRED_PARAMETER);
  EXPECT_EQ(transport.sent, before);
  const auto good = check({typed(), "en"});
  EXPECT_EQ(goOn(good->session, std::string(base::limits::kDecisionToken + 1, 'a'))->error.code,
            MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
}

TEST_F(DigitizeTest, GreenGivesACodeThatEnrolls) {
  ASSERT_EQ(startWse(), "D");
  const auto listener = digitize("4111111111111111");
  EXPECT_EQ(listener->events, "AD");
  EXPECT_EQ(enroll(listener->code)->events, "SCD");
}

TEST_F(DigitizeTest, RedIsProvisioningNotAllowed) {
  ASSERT_EQ(startWse(), "D");
  backend.decision = messages::Decision::kRed;
  const auto listener = digitize("4111111111111111");
  EXPECT_EQ(listener->events, "E");
  EXPECT_EQ(listener->error.code, MGErrorCode::PROVISIONING_NOT_ALLOWED);
}

TEST_F(DigitizeTest, InvalidCardNeverLeavesTheDevice) {
  ASSERT_EQ(startWse(), "D");
  const std::size_t before = transport.sent;
  EXPECT_EQ(digitize("4111111111111112")->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(digitize("")->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(digitize("4111111111111111", "1330")->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(digitize("4111111111111111", "1230", "")->error.code, MGErrorCode::INVALID_CARD_DATA);
  EXPECT_EQ(transport.sent, before);
}

TEST_F(DigitizeTest, NeedsWalletSecureEnrollmentFirst) {
  EXPECT_EQ(digitize("4111111111111111")->error.code,
            MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED);
  EXPECT_EQ(transport.sent, 0U);
}

TEST_F(DigitizeTest, LostNetworkIsReportedAsRetryable) {
  ASSERT_EQ(startWse(), "D");
  transport.lose = [](std::size_t) { return Lost::kRequest; };
  const auto listener = digitize("4111111111111111");
  EXPECT_EQ(listener->error.code, MGErrorCode::NO_INTERNET);
  EXPECT_TRUE(listener->error.retryable);
}

TEST_F(DigitizeTest, WalletIdIsStableAndWseIsDoneOnce) {
  const std::string before = wallet->getCardEnrollmentService().getWalletId();
  EXPECT_EQ(before.size(), 32U);
  ASSERT_EQ(startWse(), "D");
  const std::size_t sent = transport.sent;
  kill();
  open();
  EXPECT_EQ(startWse(), "D");
  EXPECT_EQ(transport.sent, sent);
  EXPECT_EQ(wallet->getCardEnrollmentService().getWalletId(), before);
}

class CheckBackendTest : public testing::Test, public TestWallet {
 protected:
  std::shared_ptr<WseRecord> check() {
    auto listener = std::make_shared<WseRecord>();
    wallet->getWalletSecureEnrollmentBusinessService().checkBackend(listener);
    settle();
    return listener;
  }
};

TEST_F(CheckBackendTest, OwnBackendPassesAndNothingIsWritten) {
  ASSERT_EQ(startWse(), "D");
  const auto before = storage.load();
  EXPECT_EQ(check()->events, "D");
  EXPECT_EQ(**storage.load(), **before);
}

TEST_F(CheckBackendTest, WalletThatIsNotRegisteredHasNone) {
  using Sdk = ProvisioningServiceErrorCode;
  EXPECT_EQ(check()->error.sdkCode, Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED);
  EXPECT_EQ(transport.sent, 0U);
}

}  // namespace
}  // namespace florin::wallet
