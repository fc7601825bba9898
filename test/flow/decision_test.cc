// Decisions of issuers over the whole Florin (wallet-api 3): green, yellow with ID&V, red.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

struct DecisionTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.wse();
  }

  // stepUp digitizes and provisions a card whose issuer wants to know the cardholder.
  void stepUp() {
    world.backend.issuers.yellow();
    world.digitizeInto(card);
    ASSERT_EQ(card.completions, 0U);
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
    ASSERT_EQ(state(), CardState::INACTIVE);
  }

  CardState state() { return world.cards().at(0).state; }

  MGCardEnrollmentService& gateway() { return world.wallet->getCardEnrollmentService(); }

  // pending finds the card as an application does after a restart.
  std::shared_ptr<PendingCardActivation> pending() {
    return gateway().getPendingCardActivation(card.digitalCardId);
  }

  Digitized select(const std::string& method) {
    Digitized out;
    pending()->select(method, std::make_shared<Digitizer>(out));
    world.executor.advance(std::chrono::seconds(1));
    return out;
  }

  Digitized handIn(const std::string& otp) {
    Digitized out;
    pending()->activate(SecretBytes::copyOf(base::asBytes(otp)), std::make_shared<Digitizer>(out));
    world.executor.advance(std::chrono::seconds(1));
    return out;
  }

  // wrong is an OTP that is not the last one sent.
  std::string wrong() {
    std::string otp = world.backend.issuers.otps.back();
    otp[0] = otp[0] == '9' ? '0' : static_cast<char>(otp[0] + 1);
    return otp;
  }

  World world;
  Digitized card;
};

TEST_F(DecisionTest, GreenCompletesAndRedSaysWhy) {
  const Digitized green = world.digitize();
  EXPECT_EQ(green.completions, 1U);
  EXPECT_EQ(green.selector, nullptr);
  EXPECT_FALSE(gateway().isCardActivationPending(green.digitalCardId));
  world.backend.issuers.answer = {ports::IssuerDecision::kRed};
  const Digitized red = world.digitize("999900987654321");
  EXPECT_TRUE(red.code.empty());
  ASSERT_EQ(red.errors.size(), 1U);
  EXPECT_EQ(red.errors[0].code, MGErrorCode::PROVISIONING_NOT_ALLOWED);
}

TEST_F(DecisionTest, YellowGivesTheCodeThenTheMethodsAndTheOtpActivates) {
  stepUp();
  ASSERT_NE(card.selector, nullptr);
  ASSERT_EQ(card.selector->getIdvMethods().size(), 2U);
  EXPECT_EQ(card.selector->getIdvMethods()[0].value, "+49 *** 12");
  EXPECT_FALSE(world.tap()) << "a card that is not activated pays nowhere";
  card.selector->select("sms");
  world.settle();
  EXPECT_EQ(pending()->getState(), PendingActivationState::OTP_NEEDED);
  EXPECT_EQ(pending()->getSelectedMethod(), "sms");
  EXPECT_EQ(handIn(world.backend.issuers.otps.at(0)).completions, 1U);
  EXPECT_FALSE(gateway().isCardActivationPending(card.digitalCardId));
  world.synchronize();
  EXPECT_EQ(state(), CardState::ACTIVE);
  EXPECT_TRUE(world.tap());
}

TEST_F(DecisionTest, OtpBeforeTheCodeProvisionsAnActiveCard) {
  world.backend.issuers.yellow();
  world.digitizeInto(card);
  card.selector->select("sms");
  world.settle();
  ASSERT_EQ(handIn(world.backend.issuers.otps.at(0)).completions, 1U);
  ASSERT_EQ(world.enroll(card.code).completions, 1U);
  EXPECT_EQ(state(), CardState::ACTIVE);
}

TEST_F(DecisionTest, RestartForgetsNothing) {
  stepUp();
  world.open();
  ASSERT_TRUE(gateway().isCardActivationPending(card.digitalCardId));
  EXPECT_EQ(pending()->getState(), PendingActivationState::IDV_METHOD_NOT_SELECTED);
  const Digitized chosen = select("sms");
  ASSERT_NE(chosen.pending, nullptr);
  EXPECT_EQ(chosen.pending->getState(), PendingActivationState::OTP_NEEDED);
  world.open();
  EXPECT_EQ(pending()->getState(), PendingActivationState::OTP_NEEDED);
  EXPECT_EQ(handIn(world.backend.issuers.otps.at(0)).completions, 1U);
}

TEST_F(DecisionTest, WrongOtpIsCountedAndAnotherOneHelps) {
  stepUp();
  select("sms");
  for (std::uint32_t left = base::limits::kOtpTries; left-- > 1;) {
    const Digitized failed = handIn(wrong());
    ASSERT_EQ(failed.errors.size(), 1U);
    EXPECT_EQ(failed.errors[0].code, MGErrorCode::INCORRECT_OTP);
    EXPECT_EQ(failed.errors[0].remainingTries, left);
  }
  EXPECT_EQ(handIn(wrong()).errors.at(0).code, MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED);
  const std::string right = world.backend.issuers.otps.back();
  EXPECT_EQ(handIn(right).errors.at(0).code, MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED);
  EXPECT_EQ(state(), CardState::INACTIVE);
  select("sms");
  EXPECT_EQ(handIn(right).errors.at(0).code, MGErrorCode::INCORRECT_OTP) << "the one before";
  EXPECT_EQ(handIn(world.backend.issuers.otps.back()).completions, 1U);
}

TEST_F(DecisionTest, OtpExpires) {
  stepUp();
  select("sms");
  world.executor.advance(base::limits::kOtpLifetime);
  EXPECT_EQ(handIn(world.backend.issuers.otps.back()).errors.at(0).code, MGErrorCode::OTP_EXPIRED);
}

TEST_F(DecisionTest, IssuerActivatesByHimself) {
  stepUp();
  EXPECT_EQ(select("app").pending->getState(), PendingActivationState::APP2APP_NEEDED);
  EXPECT_EQ(handIn("123456").errors.at(0).code,
            MGErrorCode::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION);
  const std::string path = "/issuer/v1/cards/" + card.digitalCardId + "/activate";
  EXPECT_EQ(world.backend.call("POST", path, "issuer").status, 200);
  world.synchronize();
  EXPECT_EQ(state(), CardState::ACTIVE);
  EXPECT_FALSE(gateway().isCardActivationPending(card.digitalCardId));
}

TEST_F(DecisionTest, IssuerWhoActivatesBeforeTheDeviceComesLeavesNothingPending) {
  world.backend.issuers.yellow();
  world.digitizeInto(card);
  ASSERT_TRUE(gateway().isCardActivationPending(card.digitalCardId));
  const std::string path = "/issuer/v1/cards/" + card.digitalCardId + "/activate";
  EXPECT_EQ(world.backend.call("POST", path, "issuer").status, 200);
  ASSERT_EQ(world.enroll(card.code).completions, 1U);
  EXPECT_EQ(state(), CardState::ACTIVE);
  EXPECT_FALSE(gateway().isCardActivationPending(card.digitalCardId));
}

TEST_F(DecisionTest, CardThatItsIssuerGaveUpIsPendingNoMore) {
  world.backend.issuers.yellow();
  world.digitizeInto(card);
  const std::string path = "/issuer/v1/cards/" + card.digitalCardId;
  ASSERT_EQ(world.backend.call("POST", path + "/delete", "issuer").status, 200);
  EXPECT_EQ(world.backend.call("POST", path + "/activate", "issuer").status, 409);
  EXPECT_EQ(select("sms").errors.at(0).code, MGErrorCode::UNKNOWN_DIGITAL_CARD_ID);
  EXPECT_FALSE(gateway().isCardActivationPending(card.digitalCardId));
}

TEST_F(DecisionTest, SendThatFailsIsNotRepeatedByItself) {
  stepUp();
  world.backend.issuers.silent = true;
  EXPECT_EQ(select("sms").errors.at(0).code, MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  world.settle();
  world.backend.issuers.silent = false;
  for (std::uint32_t sent = 1; sent < base::limits::kOtpSends; ++sent) {
    EXPECT_TRUE(select("sms").errors.empty());
  }
}

TEST_F(DecisionTest, WhatOutlivesTheWalletDoesNothing) {
  stepUp();
  const auto held = pending();
  const auto selector = card.selector;
  world.wallet.reset();
  Digitized out;
  selector->select("sms");
  held->select("sms", std::make_shared<Digitizer>(out));
  held->activate(SecretBytes(6), std::make_shared<Digitizer>(out));
  world.settle();
  EXPECT_TRUE(world.backend.issuers.otps.empty());
  EXPECT_EQ(held->getState(), PendingActivationState::IDV_METHOD_NOT_SELECTED);
  world.open();
  EXPECT_EQ(select("sms").errors.size(), 0U);
}

TEST_F(DecisionTest, SelectorChoosesOnce) {
  stepUp();
  card.selector->select("sms");
  card.selector->select("sms");
  world.settle();
  EXPECT_EQ(world.backend.issuers.otps.size(), 1U);
}

TEST_F(DecisionTest, OtpOfNoFormIsNotSent) {
  stepUp();
  select("sms");
  EXPECT_EQ(handIn("").errors.at(0).code, MGErrorCode::MISSING_REQUIRED_PARAMETER);
  EXPECT_EQ(handIn(std::string(base::limits::kOtpMax + 1, '1')).errors.at(0).code,
            MGErrorCode::MISSING_REQUIRED_PARAMETER);
}

TEST_F(DecisionTest, UnknownMethodAndSilentIssuerAreSaid) {
  stepUp();
  EXPECT_EQ(select("fax").errors.at(0).code, MGErrorCode::UNKNOWN_IDV_METHOD);
  world.backend.issuers.silent = true;
  EXPECT_EQ(select("sms").errors.at(0).code, MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  const Digitized none = world.digitize("999900987654321");
  ASSERT_EQ(none.errors.size(), 1U);
  EXPECT_EQ(none.errors[0].code, MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
}

TEST_F(DecisionTest, OtpsAreNotSentWithoutEnd) {
  stepUp();
  for (std::uint32_t sent = 0; sent < base::limits::kOtpSends; ++sent) {
    EXPECT_TRUE(select("sms").errors.empty());
  }
  EXPECT_EQ(select("sms").errors.at(0).code, MGErrorCode::IDV_METHOD_NOT_AVAILABLE);
  EXPECT_EQ(world.backend.issuers.otps.size(), base::limits::kOtpSends);
}

TEST_F(DecisionTest, NoOtpStandsInALog) {
  stepUp();
  select("sms");
  const std::string otp = world.backend.issuers.otps.back();
  handIn(wrong());
  handIn(otp);
  EXPECT_EQ(world.backend.log.text().find(otp), std::string::npos);
}

}  // namespace
}  // namespace florin::test
