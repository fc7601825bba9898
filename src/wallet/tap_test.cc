#include <gtest/gtest.h>

#include <set>

#include "base/bytes.h"
#include "codec/dol.h"
#include "crypto/equal.h"
#include "emv/cryptogram.h"
#include "emv/program.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

constexpr std::uint16_t kOk = 0x9000;

// Answer of one command, taken apart.
struct Response {
  Bytes data;
  std::uint16_t sw = 0;
};

class TapTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    ASSERT_EQ(startWse(), "D");
    ASSERT_EQ(enroll(issueCode())->events, "SCD");
    token = cards().at(0).tokenizedCardId;
  }
  Response send(const Bytes& command) {
    Bytes answer = wallet->getCardEmulation().processApdu(command);
    EXPECT_GE(answer.size(), 2U);
    const auto sw = base::readBigEndian(ByteView(answer).last(2));
    answer.resize(answer.size() - 2);
    return {std::move(answer), static_cast<std::uint16_t>(sw)};
  }
  Response select(ByteView name) {
    Bytes command{0x00, 0xA4, 0x04, 0x00, static_cast<std::uint8_t>(name.size())};
    base::append(command, name);
    command.push_back(0);
    return send(command);
  }
  // tap makes one payment and gives the ATC of its cryptogram, or nothing when the card declines.
  std::optional<unsigned> tap() {
    const auto program = emv::programK2();
    const auto decline = [this] {
      wallet->getCardEmulation().onDeactivated(DeactivationReason::LINK_LOSS);
      return std::optional<unsigned>();
    };
    if (select(base::asBytes("2PAY.SYS.DDF01")).sw != kOk) return decline();
    if (select(program.aid).sw != kOk) return decline();
    if (gpo().sw != kOk) return decline();
    const Response ac = generateAc();
    wallet->getCardEmulation().onDeactivated(DeactivationReason::DESELECTED);
    if (ac.sw != kOk) return std::nullopt;
    const auto atc = find(ac.data, 0x9F36);
    return static_cast<unsigned>(base::readBigEndian(atc));
  }
  // zeros is what a terminal without values gives for a list of the card's.
  static Bytes zeros(ByteView dol) {
    const auto list = codec::decodeDol(dol);
    return Bytes(codec::dolLength(*list));
  }
  Response gpo() {
    const Bytes data = zeros(testProfile().pdol);
    const auto size = static_cast<std::uint8_t>(data.size());
    const auto all = static_cast<std::uint8_t>(size + 2);
    return send(base::concat(Bytes{0x80, 0xA8, 0x00, 0x00, all, 0x83, size}, data, Bytes{0}));
  }
  Response generateAc() {
    const Bytes data = zeros(testProfile().cdol1);
    const auto size = static_cast<std::uint8_t>(data.size());
    return send(base::concat(Bytes{0x80, 0xAE, 0x80, 0x00, size}, data, Bytes{0}));
  }
  static emv::Profile testProfile() {
    emv::TokenFacts facts;
    facts.dpan = SecretBytes::copyOf(base::asBytes("4111111111111111"));
    facts.expiry = "1230";
    return *emv::makeProfile(emv::programK2(), facts);
  }
  // find gives the value of a two-byte tag, wherever it stands.
  static Bytes find(const Bytes& data, std::uint16_t tag) {
    for (std::size_t i = 0; i + 3 < data.size(); ++i) {
      if (base::readBigEndian(ByteView(data).subspan(i, 2)) != tag) continue;
      return base::toBytes(ByteView(data).subspan(i + 3, data[i + 2]));
    }
    return {};
  }
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
  EXPECT_NE(select(Bytes{0xA0, 0, 0, 0, 1, 2, 3}).sw, kOk);
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
  select(emv::programK2().aid);
  ASSERT_EQ(gpo().sw, kOk);
  const Response ac = generateAc();
  ASSERT_EQ(ac.sw, kOk);
  const auto profile = testProfile();
  const auto cdol1 = codec::decodeDol(profile.cdol1);
  auto input = *emv::readCdol1Data(*cdol1, zeros(profile.cdol1));
  input.aip = profile.aip;
  input.atc = 1;
  input.iad = find(ac.data, 0x9F10);
  const SecretBytes key =
      SecretBytes::take(TwinBackend::paymentKey(*base::TokenId::parse(token), 1));
  const Bytes found = find(ac.data, 0x9F26);
  bool matches = false;
  for (const auto padding : {emv::Padding::kMethod1, emv::Padding::kMethod2}) {
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
