#include "wallet/operations.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/running_atc.h"
#include "crypto/p256.h"
#include "emv/program.h"
#include "vault/payment_keys.h"
#include "vault/test_storage.h"

namespace florin::wallet {
namespace {

using messages::KeyKind;
using messages::OperationType;

class OperationsTest : public testing::Test {
 protected:
  void SetUp() override {
    vault::TestVaultKey key;
    auto opened = vault::Vault::open(storage, key, random);
    ASSERT_TRUE(opened.ok());
    vault = std::move(*opened);
  }

  vault::AckRecord ackOf(OperationType type, const messages::OperationPayload& payload) {
    ++sequence;
    const auto applied = applyOperation(
        *vault, {sequence, sequence, card, type, messages::encodePayload(type, payload)});
    EXPECT_TRUE(applied.ok());
    const auto ack = vault->list(vault::Kind::kAck, base::bigEndian(sequence));
    EXPECT_EQ(ack.size(), 1U);
    return vault::decodeRecord<vault::AckRecord>(*ack.at(0).value).value();
  }
  void apply(OperationType type, const messages::OperationPayload& payload) {
    const auto ack = ackOf(type, payload);
    EXPECT_EQ(ack.verdict, messages::AckVerdict::kApplied) << ack.reason;
  }
  void isRefused(OperationType type, const messages::OperationPayload& payload) {
    const auto ack = ackOf(type, payload);
    EXPECT_EQ(ack.verdict, messages::AckVerdict::kCannotApply);
    EXPECT_EQ(ack.reason, static_cast<std::uint32_t>(Code::kMalformed));
  }

  // A card that does CDA, as its issuer certifies it; the key itself is wrapped, and any bytes.
  messages::InstallCard installWithKey() {
    static const auto kKey = emv::RecoveryKey::generate(1024);
    const auto sign = [](ByteView block) -> Result<Bytes> { return kKey.sign(block); };
    emv::IssuerCredentials issuer;
    issuer.certificate =
        emv::certifyIssuerKey(sign, 128, "999990", {"1230", {}, kKey.publicKey()}).value();
    issuer.key = kKey.publicKey();
    issuer.sign = sign;
    messages::InstallCard made = install(1, emv::KeyScheme::kSuk);
    emv::TokenFacts token;
    token.dpan = SecretBytes::copyOf(base::asBytes("9999900000000005"));
    token.expiry = "1230";
    token.credentials = emv::CardCredentials{issuer, kKey.publicKey()};
    made.profile = emv::encodeProfile(emv::makeProfile(emv::programK2(), token).value());
    made.iccKey = {transport, point, 3, Bytes(840, 8)};
    return made;
  }

  messages::InstallCard install(std::uint8_t psn, emv::KeyScheme scheme) {
    emv::ProgramTemplate program = emv::programK2();
    program.keys.scheme = scheme;
    program.keys.lukUses = 10;
    program.keys.lukLifetime = std::chrono::hours(1);
    const auto profile =
        emv::makeProfile(program, {.dpan = SecretBytes::copyOf(base::asBytes("9999900000000005")),
                                   .psn = psn,
                                   .expiry = "1230"});
    EXPECT_TRUE(profile.ok());
    messages::InstallCard made;
    made.digitalCardId = digitalCard;
    made.profile = emv::encodeProfile(*profile);
    made.target = messages::CardTarget::kActive;
    made.panLastFour = made.dpanLastFour = "0005";
    made.panExpiry = "1230";
    made.product = "Card";
    made.scheme = "K2";
    return made;
  }
  messages::InstallKeys keys(KeyKind kind, std::uint32_t number) {
    messages::WrappedKey key{.kind = kind, .number = number, .wrapped = Bytes(24, 7)};
    if (kind == KeyKind::kLuk) {
      key.uses = 10;
      key.expires = key.refresh = now + std::chrono::hours(1);
    }
    messages::InstallKeys made{transport, point, {}};
    made.keys.push_back(std::move(key));
    return made;
  }

  vault::TestStorage storage;
  vault::CountingRandom random;
  std::unique_ptr<vault::Vault> vault;
  const base::TokenId card = base::TokenId::random(random);
  const base::DigitalCardId digitalCard = base::DigitalCardId::random(random);
  const base::KeyId transport = base::KeyId::random(random);
  const Bytes point = crypto::P256Key::generate(random).publicPoint();
  const base::Time now = base::fromMs(1'767'225'600'000);
  std::uint64_t sequence = 0;
};

TEST_F(OperationsTest, CardThatComesWithALaterPsnCountsFromIt) {
  apply(OperationType::kInstallCard, install(2, emv::KeyScheme::kLuk));
  apply(OperationType::kInstallKeys, keys(KeyKind::kLuk, 7));
  const auto taken = vault::takeKey(*vault, card, now);
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->atc, base::runningAtc(2, 1));
}

TEST_F(OperationsTest, CardThatIsInstalledAgainWithALaterPsnLosesTheKeysOfTheOneBefore) {
  apply(OperationType::kInstallCard, install(1, emv::KeyScheme::kSuk));
  apply(OperationType::kInstallKeys, keys(KeyKind::kSuk, 70));
  apply(OperationType::kInstallCard, install(1, emv::KeyScheme::kSuk));
  EXPECT_EQ(vault::stockOf(*vault, card)->uses, 1U);
  apply(OperationType::kInstallCard, install(3, emv::KeyScheme::kSuk));
  EXPECT_EQ(vault::stockOf(*vault, card)->uses, 0U);
  EXPECT_EQ(vault::lastAtc(*vault, card).value(), base::runningAtc(3, 0));
  apply(OperationType::kInstallKeys, keys(KeyKind::kSuk, base::runningAtc(3, 1)));
  EXPECT_EQ(vault::takeKey(*vault, card, now)->atc, base::runningAtc(3, 1));
}

TEST_F(OperationsTest, CardsOwnKeyComesAndGoesWithItsProfile) {
  apply(OperationType::kInstallCard, installWithKey());
  EXPECT_TRUE(vault::iccKeyOf(*vault, card)->has_value());
  apply(OperationType::kRenewProfile, install(1, emv::KeyScheme::kSuk));
  EXPECT_FALSE(vault::iccKeyOf(*vault, card)->has_value());
  apply(OperationType::kRenewProfile, installWithKey());
  EXPECT_TRUE(vault::iccKeyOf(*vault, card)->has_value());
  apply(OperationType::kDeleteCard, messages::Nothing());
  EXPECT_FALSE(vault::iccKeyOf(*vault, card)->has_value());
}

TEST_F(OperationsTest, ProfileAndTheCardsOwnKeyAreNotApart) {
  messages::InstallCard without = installWithKey();
  without.iccKey.reset();
  isRefused(OperationType::kInstallCard, std::move(without));
  messages::InstallCard beside = install(1, emv::KeyScheme::kSuk);
  beside.iccKey = installWithKey().iccKey;
  isRefused(OperationType::kInstallCard, std::move(beside));
  messages::InstallCard offCurve = installWithKey();
  offCurve.iccKey->transportPublicKey.back() ^= 1;
  isRefused(OperationType::kInstallCard, std::move(offCurve));
  EXPECT_TRUE(vault->list(vault::Kind::kCard).empty());
}

}  // namespace
}  // namespace florin::wallet
