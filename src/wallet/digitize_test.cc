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
