#include "gateway/step_ups.h"

#include <gtest/gtest.h>

#include "cps/card_fixture.h"
#include "fakes/fake_issuers.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

using messages::IdvPhase;

// A card of the test's wallet whose issuer wants to know the cardholder.
struct StepUpsTest : cps::CardTest {
  StepUpsTest() {
    auto card = cardOf(code);
    card.state = records::DigitizationState::kStepUp;
    EXPECT_TRUE(write([&](ports::Unit& unit) -> Status {
                  FLORIN_TRY(unit.digitalCards().update(card));
                  return unit.stepUps().put(
                      {.tenant = tenant,
                       .digitalCardId = id,
                       .methods = R"([{"id":"sms","type":"SMS","value":"","otp":true},)"
                                  R"({"id":"app","type":"APP","value":"","otp":false}])",
                       .method = {},
                       .otpTag = {},
                       .triesLeft = 0,
                       .sendsLeft = base::limits::kOtpSends,
                       .otpExpires = {}});
                }).ok());
  }

  Status claim(const records::ActivationCode& of) {
    readDevice();
    FLORIN_TRY_ASSIGN(const auto prepared, claims.prepare(of, row));
    return commit(prepared);
  }
  messages::IdvState choose(const std::string& method) { return choose(method, anew()); }
  messages::IdvState choose(const std::string& method, const base::ChoiceId& choice) {
    const auto state = stepUps.choose(wallet.walletId, id, {method, choice});
    EXPECT_TRUE(state.ok());
    return *state;
  }
  base::ChoiceId anew() { return base::ChoiceId::random(random); }
  Activation activate(const std::string& otp) {
    const auto done =
        stepUps.activate(wallet.walletId, id, SecretBytes::copyOf(base::asBytes(otp)));
    EXPECT_TRUE(done.ok()) << done.error().text();
    return *done;
  }
  std::optional<MGErrorCode> chosen(const std::string& method) {
    const auto state = stepUps.choose(wallet.walletId, id, {method, anew()});
    return state.ok() ? std::nullopt : messages::mgErrorOf(state.error());
  }
  // wrongly gives another OTP than the last that was sent.
  std::string wrongly() { return issuers.otps.back() == "000000" ? "000001" : "000000"; }
  tsp::CardLife life() {
    return store
        .read([&](ports::Unit& unit) { return tokens.look(unit, code.issuer, code.tokenId); })
        .value()
        .after;
  }

  fakes::FakeIssuers issuers;
  cps::CardLifeCycle cards{backend, operations};
  records::ActivationCode code = digitized();
  base::DigitalCardId id = code.digitalCardId;
  StepUps stepUps{{backend, codes, cards, catalog, &issuers}};
};

TEST_F(StepUpsTest, RightOtpActivatesACardThatIsOnItsDevice) {
  ASSERT_TRUE(claim(code).ok());
  EXPECT_EQ(life(), tsp::CardLife::kInactive) << "claimed, but the cardholder is not known";
  EXPECT_EQ(stepUps.state(wallet.walletId, id)->phase, IdvPhase::kMethodNotSelected);
  const auto state = choose("sms");
  EXPECT_EQ(state.phase, IdvPhase::kOtpNeeded);
  EXPECT_EQ(state.triesLeft, base::limits::kOtpTries);
  ASSERT_EQ(issuers.otps.size(), 1U);
  EXPECT_EQ(issuers.otps[0].size(), base::limits::kOtpDigits);
  const auto done = activate(issuers.otps[0]);
  EXPECT_FALSE(done.refused);
  EXPECT_EQ(done.state.phase, IdvPhase::kActivated);
  EXPECT_EQ(life(), tsp::CardLife::kActive);
  EXPECT_EQ(activate("any").state.phase, IdvPhase::kActivated) << "it stays so";
}

TEST_F(StepUpsTest, CardThatIsKnownBeforeItsDeviceComesIsActivatedByTheClaim) {
  choose("sms");
  EXPECT_FALSE(activate(issuers.otps[0]).refused);
  EXPECT_EQ(life(), tsp::CardLife::kInactive);
  ASSERT_TRUE(claim(code).ok());
  EXPECT_EQ(life(), tsp::CardLife::kActive);
}

TEST_F(StepUpsTest, WrongOtpsAreCountedAndTheNextOtpIsAnother) {
  choose("sms");
  for (std::uint32_t left = base::limits::kOtpTries - 1; left > 0; --left) {
    const auto wrong = activate(wrongly());
    EXPECT_EQ(wrong.refused, MGErrorCode::INCORRECT_OTP);
    EXPECT_EQ(wrong.state.triesLeft, left);
  }
  EXPECT_EQ(activate(wrongly()).refused, MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED);
  EXPECT_EQ(activate(issuers.otps[0]).refused, MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED)
      << "the right one, too late";
  EXPECT_EQ(choose("sms").triesLeft, base::limits::kOtpTries);
  if (issuers.otps[0] != issuers.otps[1]) {
    EXPECT_EQ(activate(issuers.otps[0]).refused, MGErrorCode::INCORRECT_OTP) << "the one before";
  }
  EXPECT_FALSE(activate(issuers.otps[1]).refused);
}

TEST_F(StepUpsTest, OtpHasItsTimeAndItsNumber) {
  choose("sms");
  clock.advance(base::limits::kOtpLifetime);
  EXPECT_EQ(activate(issuers.otps[0]).refused, MGErrorCode::OTP_EXPIRED);
  for (std::uint32_t i = 1; i < base::limits::kOtpSends; ++i) choose("sms");
  EXPECT_EQ(chosen("sms"), MGErrorCode::IDV_METHOD_NOT_AVAILABLE);
  EXPECT_EQ(issuers.otps.size(), base::limits::kOtpSends);
  EXPECT_FALSE(activate(issuers.otps.back()).refused) << "the last one still counts";
}

TEST_F(StepUpsTest, IssuerActivatesWhereNoOtpDoes) {
  EXPECT_EQ(choose("app").phase, IdvPhase::kIssuerNeeded);
  EXPECT_TRUE(issuers.otps.empty());
  const auto none = stepUps.activate(wallet.walletId, id, SecretBytes::copyOf(Bytes{'1'}));
  EXPECT_EQ(messages::mgErrorOf(none.error()),
            MGErrorCode::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION);
  ASSERT_TRUE(claim(code).ok());
  ASSERT_TRUE(cards.activate(cps::Asker::issuer(issuer), id).ok());
  EXPECT_EQ(life(), tsp::CardLife::kActive);
  ASSERT_TRUE(cards.activate(cps::Asker::issuer(issuer), id).ok());
  EXPECT_FALSE(cards.activate(cps::Asker::issuer(acquirer), id).ok()) << "another issuer";
}

TEST_F(StepUpsTest, WhatCannotBeIsRefused) {
  EXPECT_EQ(chosen("fax"), MGErrorCode::UNKNOWN_IDV_METHOD);
  issuers.silent = true;
  EXPECT_EQ(chosen("sms"), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  EXPECT_EQ(statusOf(stepUps.state(base::WalletId::random(random), id)),
            messages::CpsStatus::kTokenUnknown);
  ASSERT_TRUE(cards.step(cps::Asker::wallet(wallet.walletId), id, tsp::CardEvent::kDelete).ok());
  EXPECT_EQ(chosen("app"), MGErrorCode::UNKNOWN_DIGITAL_CARD_ID);
}

TEST_F(StepUpsTest, OtpOfBeforeStandsUntilTheIssuerHasTakenTheNext) {
  choose("sms");
  issuers.silent = true;
  EXPECT_EQ(chosen("sms"), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  EXPECT_EQ(stepUps.state(wallet.walletId, id)->phase, IdvPhase::kOtpNeeded);
  EXPECT_EQ(choose("app").phase, IdvPhase::kIssuerNeeded);
  EXPECT_FALSE(activate(issuers.otps.at(0)).refused);
}

TEST_F(StepUpsTest, SendsThatFailCountToo) {
  issuers.silent = true;
  for (std::uint32_t i = 0; i < base::limits::kOtpSends; ++i) {
    EXPECT_EQ(chosen("sms"), MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE);
  }
  EXPECT_EQ(stepUps.state(wallet.walletId, id)->phase, IdvPhase::kMethodNotSelected);
  EXPECT_EQ(chosen("sms"), MGErrorCode::IDV_METHOD_NOT_AVAILABLE);
}

TEST_F(StepUpsTest, TheSameChoiceAgainSendsNothing) {
  const auto choice = anew();
  const auto first = choose("sms", choice);
  clock.advance(std::chrono::minutes(1));
  const auto again = choose("sms", choice);
  EXPECT_EQ(issuers.otps.size(), 1U);
  EXPECT_EQ(again.otpExpires, first.otpExpires);
  EXPECT_EQ(again.triesLeft, first.triesLeft);
  choose("sms", anew());
  EXPECT_EQ(issuers.otps.size(), 2U);
  EXPECT_FALSE(activate(issuers.otps[1]).refused);
}

TEST_F(StepUpsTest, AChoiceThatTheIssuerDidNotTakeIsMadeAgain) {
  const auto choice = anew();
  issuers.silent = true;
  EXPECT_FALSE(stepUps.choose(wallet.walletId, id, {"sms", choice}).ok());
  issuers.silent = false;
  EXPECT_EQ(choose("sms", choice).phase, IdvPhase::kOtpNeeded);
  EXPECT_EQ(issuers.otps.size(), 1U);
}

TEST_F(StepUpsTest, WhatIsTriedOfAPanCountsInAllWallets) {
  const auto card = cardOf(code);
  const auto put = [&](std::uint32_t sent, std::uint32_t bad) {
    ASSERT_TRUE(write([&](ports::Unit& unit) {
                  return unit.panGuesses().put({card.issuer, card.panIndex, sent, bad,
                                                clock.now() + base::limits::kPanWindow});
                }).ok());
  };
  put(base::limits::kOtpsPerPan, 0);
  EXPECT_EQ(chosen("sms"), MGErrorCode::IDV_METHOD_NOT_AVAILABLE);
  EXPECT_TRUE(issuers.otps.empty());
  put(0, base::limits::kWrongPerPan - 1);
  choose("sms");
  EXPECT_EQ(activate(wrongly()).refused, MGErrorCode::INCORRECT_OTP);
  EXPECT_EQ(activate(issuers.otps[0]).refused, MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED)
      << "the right one, too late";
  clock.advance(base::limits::kPanWindow);
  choose("sms");
  EXPECT_FALSE(activate(issuers.otps.back()).refused) << "a new window";
}

}  // namespace
}  // namespace florin::gateway
