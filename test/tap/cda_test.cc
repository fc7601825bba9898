// Combined data authentication between card and terminal: whose signature the terminal believes.
#include <gtest/gtest.h>

#include <algorithm>

#include "card/card_session.h"
#include "card/test_cards.h"
#include "codec/tlv.h"
#include "fakes/seeded_random.h"
#include "terminal/terminal.h"

namespace florin {
namespace {

using terminal::DeclineReason;
using terminal::OfflineAuthentication;

class NoTrace : public terminal::TraceSink {
 public:
  void step(const terminal::TraceStep& /*step*/) override {}
};

// Keys as a program has them, made once: they take longer than all tests.
struct Keys {
  emv::RecoveryKey authority = emv::RecoveryKey::generate(1984);
  emv::RecoveryKey issuer = emv::RecoveryKey::generate(1408);
  emv::RecoveryKey card = emv::RecoveryKey::generate(1024);
  emv::RecoveryKey other = emv::RecoveryKey::generate(1024);
};
const Keys& keys() {
  static const Keys kKeys;
  return kKeys;
}

emv::IssuerCredentials issuerCredentials() {
  const auto sign = [](ByteView block) -> Result<Bytes> { return keys().authority.sign(block); };
  emv::IssuerCredentials issuer;
  issuer.authorityIndex = 0xF1;
  issuer.certificate =
      emv::certifyIssuerKey(sign, 248, "999999", {"1230", {0, 0, 1}, keys().issuer.publicKey()})
          .value();
  issuer.key = keys().issuer.publicKey();
  issuer.sign = [](ByteView block) -> Result<Bytes> { return keys().issuer.sign(block); };
  return issuer;
}

class CdaTest : public testing::Test {
 protected:
  CdaTest() {
    const emv::IssuerCredentials issuer = issuerCredentials();
    emv::TokenFacts token;
    token.dpan = SecretBytes::copyOf(base::asBytes(card::kTestDpan));
    token.psn = card::kTestPsn;
    token.expiry = "1229";
    token.credentials = emv::CardCredentials{issuer, keys().card.publicKey(), {0, 0, 2}};
    profile_ = emv::makeProfile(emv::programK2(), token).value();
  }

  terminal::TapResult tap(const emv::RecoveryKey* cardKey, unsigned year = 2026) {
    keys_.iccKey = cardKey;
    card::CardSession session({{card::testToken(1), &profile_, true}}, keys_, cardholder_);
    terminal::TapRequest request;
    request.amount = {1250, 978};
    request.country = 276;
    request.now =
        std::chrono::sys_days(std::chrono::year(static_cast<int>(year)) / std::chrono::March / 31);
    request.authorities = authorities_;
    const terminal::Transceive field = [&](ByteView command) -> Result<Bytes> {
      Bytes answer = session.process(command);
      if (change_ && command.size() > 1) change_(command[1], answer);
      return answer;
    };
    return terminal::tap(request, random_, field, trace_).value();
  }

  fakes::SeededRandom random_;
  NoTrace trace_;
  emv::Profile profile_;
  card::TestKeys keys_;
  card::TestCardholder cardholder_;
  std::vector<terminal::AuthorityKey> authorities_ = {
      {{0xF0, 0x00, 0x46, 0x4C, 0x4F}, 0xF1, keys().authority.publicKey()}};
  std::function<void(std::uint8_t instruction, Bytes& answer)> change_;
};

constexpr std::uint8_t kReadRecord = 0xB2;
constexpr std::uint8_t kGenerateAc = 0xAE;

TEST_F(CdaTest, SignatureOfTheCardIsBelieved) {
  const auto result = tap(&keys().card);
  ASSERT_TRUE(result.request.has_value()) << terminal::reasonName(result.reason);
  EXPECT_EQ(result.authentication, OfflineAuthentication::kDone);
  EXPECT_EQ(base::toHex(result.request->input.tvr), "0000000000");
  const SecretBytes key = emv::commonSessionKey(card::testMasterKey(), 1);
  EXPECT_EQ(result.request->cryptogram,
            emv::applicationCryptogram(key, emv::cryptogramData(result.request->input),
                                       emv::Mac::kRetailPadding2));
}

TEST_F(CdaTest, TerminalWithoutTheAuthoritysKeyGoesOnWithoutIt) {
  authorities_.clear();
  const auto result = tap(&keys().card);
  ASSERT_TRUE(result.request.has_value());
  EXPECT_EQ(result.authentication, OfflineAuthentication::kNoKey);
  EXPECT_EQ(base::toHex(result.request->input.tvr), "0400000000");
}

TEST_F(CdaTest, WrongSignatureEndsTheTap) {
  for (const emv::RecoveryKey* const key : {&keys().other, (const emv::RecoveryKey*)nullptr}) {
    const auto result = tap(key);
    EXPECT_EQ(result.reason, DeclineReason::kSignatureWrong);
    EXPECT_FALSE(result.request.has_value());
  }
}

TEST_F(CdaTest, AnswerThatIsChangedOnItsWayEndsTheTap) {
  for (const std::size_t fromEnd : {3U, 20U, 100U}) {
    change_ = [&](std::uint8_t instruction, Bytes& answer) {
      if (instruction == kGenerateAc) answer[answer.size() - fromEnd] ^= 1;
    };
    const auto result = tap(&keys().card);
    EXPECT_FALSE(result.request.has_value()) << fromEnd;
  }
}

TEST_F(CdaTest, CertificateThatIsWrongOrOverIsTheIssuersToJudge) {
  EXPECT_EQ(tap(&keys().card).authentication, OfflineAuthentication::kDone);
  authorities_[0].key = keys().issuer.publicKey();
  const auto foreign = tap(&keys().card);
  ASSERT_TRUE(foreign.request.has_value());
  EXPECT_EQ(foreign.authentication, OfflineAuthentication::kFailed);
  EXPECT_EQ(base::toHex(foreign.request->input.tvr), "0400000000");
  authorities_[0].key = keys().authority.publicKey();
  change_ = [](std::uint8_t instruction, Bytes& answer) {
    const auto expiry = base::fromHex("5f2403291231").value();
    const auto at = std::ranges::search(answer, expiry).begin();
    if (instruction == kReadRecord && at != answer.end()) *(at + 4) = 0x11;
  };
  const auto changed = tap(&keys().card);
  ASSERT_TRUE(changed.request.has_value());
  EXPECT_EQ(changed.authentication, OfflineAuthentication::kFailed) << "static data";
}

TEST_F(CdaTest, MissingObjectAndChangedRulesAreToldToTheIssuer) {
  change_ = [](std::uint8_t instruction, Bytes& answer) {
    const auto exponent = base::fromHex("9f470103").value();
    const auto at = std::ranges::search(answer, exponent).begin();
    if (instruction == kReadRecord && at != answer.end()) *(at + 1) = 0x49;
  };
  const auto missing = tap(&keys().card);
  ASSERT_TRUE(missing.request.has_value());
  EXPECT_EQ(missing.authentication, OfflineAuthentication::kFailed);
  EXPECT_EQ(base::toHex(missing.request->input.tvr), "2400000000");
  change_ = [](std::uint8_t instruction, Bytes& answer) {
    const auto actions = base::fromHex("9f0f05ffffffffff").value();
    const auto at = std::ranges::search(answer, actions).begin();
    if (instruction == kReadRecord && at != answer.end()) *(at + 3) = 0x00;
  };
  const auto rules = tap(&keys().card);
  ASSERT_TRUE(rules.request.has_value());
  EXPECT_EQ(rules.authentication, OfflineAuthentication::kFailed) << "an action code";
  EXPECT_EQ(base::toHex(rules.request->input.tvr), "0400000000");
}

TEST_F(CdaTest, ProfileWithCredentialsIsAcceptedAndKeptAsItIs) {
  ASSERT_TRUE(emv::checkProfile(profile_).ok());
  const auto again = emv::decodeProfile(emv::encodeProfile(profile_).expose());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(emv::checkProfile(*again).ok());
  EXPECT_NE(again->aip[0] & emv::kAipCda, 0);
}

}  // namespace
}  // namespace florin
