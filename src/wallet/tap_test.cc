#include <gtest/gtest.h>

#include <set>

#include "base/bytes.h"
#include "codec/dol.h"
#include "crypto/equal.h"
#include "emv/cryptogram.h"
#include "emv/program.h"
#include "wallet/test_terminal.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

class TapTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    ASSERT_EQ(startWse(), "D");
    ASSERT_EQ(enroll(issueCode())->events, "SCD");
    token = cards().at(0).tokenizedCardId;
  }
  TestTerminal terminal() { return TestTerminal(wallet->getCardEmulation()); }
  std::optional<unsigned> tap() { return terminal().tap(); }
  std::uint32_t keysLeft() { return cards().at(0).paymentsLeft; }

  std::string token;
};

TEST_F(TapTest, EveryTapHasAHigherAtcUntilNoKeyIsLeft) {
  unsigned last = 0;
  for (int i = 0; i < 10; ++i) {
    const auto atc = tap();
    ASSERT_TRUE(atc.has_value()) << "tap " << i;
    EXPECT_GT(*atc, last);
    last = *atc;
  }
  EXPECT_EQ(keysLeft(), 0U);
  EXPECT_FALSE(tap().has_value());
}

TEST_F(TapTest, ArmingSpendsOneKeyOnceAndTheTapWritesNothing) {
  ASSERT_TRUE(wallet->getCardEmulation().arm().ok());
  ASSERT_TRUE(wallet->getCardEmulation().arm().ok());
  EXPECT_EQ(keysLeft(), 9U);
  const std::size_t writes = storage.writes();
  EXPECT_EQ(tap(), 1U);
  EXPECT_EQ(storage.writes(), writes);
  EXPECT_EQ(tap(), 2U);
}

TEST_F(TapTest, ArmedKeySurvivesAForeignSelectAndALostField) {
  ASSERT_TRUE(wallet->getCardEmulation().arm().ok());
  EXPECT_FALSE(terminal().select(Bytes{0xA0, 0, 0, 0, 1, 2, 3}).ok());
  wallet->getCardEmulation().onDeactivated(DeactivationReason::LINK_LOSS);
  EXPECT_EQ(tap(), 1U);
}

TEST_F(TapTest, ArmedKeyEndsWithTheProcess) {
  ASSERT_TRUE(wallet->getCardEmulation().arm().ok());
  kill();
  open();
  EXPECT_EQ(keysLeft(), 9U);
  EXPECT_EQ(tap(), 2U);
}

TEST_F(TapTest, SuspendedCardDeclinesAndResumedOnePays) {
  ASSERT_TRUE(wallet->getCardEmulation().arm().ok());
  const auto id = *base::TokenId::parse(token);
  backend.queue(messages::OperationType::kSuspendCard, id,
                messages::SetCardState{messages::CardTarget::kSuspended});
  const auto told = synchronize();
  EXPECT_EQ(told->messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_EQ(cards().at(0).state, CardState::SUSPENDED);
  EXPECT_FALSE(tap().has_value());
  EXPECT_EQ(wallet->getCardEmulation().arm().error().code(), Code::kWrongState);
  backend.queue(messages::OperationType::kResumeCard, id,
                messages::SetCardState{messages::CardTarget::kActive});
  EXPECT_EQ(synchronize()->messages, std::vector<std::string>{"CBP.info.tokenResumed"});
  EXPECT_EQ(tap(), 2U);
}

TEST_F(TapTest, PowerLostAtTheSpendingGivesNoAtcTwice) {
  std::set<unsigned> seen;
  for (const std::size_t keep : {0U, 10U, 1'000'000U}) {
    storage.failWrite(1, keep);
    EXPECT_FALSE(tap().has_value());
    kill();
    open();
    const auto atc = tap();
    ASSERT_TRUE(atc.has_value());
    EXPECT_TRUE(seen.insert(*atc).second);
  }
}

TEST_F(TapTest, CryptogramIsTheOneOfTheIssuedKey) {
  terminal().select(emv::programK2().aid);
  ASSERT_TRUE(terminal().gpo().ok());
  const Response ac = terminal().generateAc();
  ASSERT_TRUE(ac.ok());
  const auto profile = TestTerminal::profile();
  const auto cdol1 = codec::decodeDol(profile.cdol1);
  auto input = *emv::readTerminalData(*cdol1, TestTerminal::nothing(profile.cdol1));
  input.aip = profile.aip;
  input.atc = 1;
  input.iad = TestTerminal::find(ac.data, 0x9F10);
  const SecretBytes key =
      SecretBytes::take(TwinBackend::paymentKey(*base::TokenId::parse(token), 1));
  const Bytes found = TestTerminal::find(ac.data, 0x9F26);
  bool matches = false;
  for (const auto padding : {emv::Mac::kRetailPadding1, emv::Mac::kRetailPadding2}) {
    const auto expected = emv::applicationCryptogram(key, emv::cryptogramData(input), padding);
    matches = matches || crypto::equal(expected, found);
  }
  EXPECT_TRUE(matches);
}

TEST_F(TapTest, NoInputIsLeftWithoutAnAnswer) {
  for (const Bytes& command : {Bytes{}, Bytes{0}, Bytes(300, 0xFF), Bytes{0x00, 0xA4}}) {
    EXPECT_GE(wallet->getCardEmulation().processApdu(command).size(), 2U);
  }
}

}  // namespace
}  // namespace florin::wallet
