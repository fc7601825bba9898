#include "emv/offline_authentication.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace florin::emv {
namespace {

const RecoveryKey& keyOf(unsigned bits) {
  static const RecoveryKey kAuthority = RecoveryKey::generate(1408);
  static const RecoveryKey kIssuer = RecoveryKey::generate(1152);
  static const RecoveryKey kCard = RecoveryKey::generate(1024);
  return bits == 1408 ? kAuthority : bits == 1152 ? kIssuer : kCard;
}

BlockSigner signerOf(const RecoveryKey& key) {
  return [&key](ByteView block) -> Result<Bytes> { return key.sign(block); };
}

const base::Time kNow = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 31);
const Bytes kStatic = {0x5A, 0x02, 0x12, 0x34, 0x18, 0x80};

SecretBytes pan(std::string_view digits = "9999990000000006") {
  return SecretBytes::copyOf(base::asBytes(digits));
}

// The chain of a card: keys without room leave a remainder at both steps.
struct Chain {
  const RecoveryKey& authority = keyOf(1408);
  const RecoveryKey& issuer = keyOf(1152);
  const RecoveryKey& card = keyOf(1024);
  KeyCertificate issuerCertificate =
      certifyIssuerKey(signerOf(authority), 176, "999999", {"1229", {0, 0, 1}, issuer.publicKey()})
          .value();
  KeyCertificate cardCertificate =
      certifyCardKey(signerOf(issuer), 144, pan(), {"1228", {0, 0, 2}, card.publicKey()}, kStatic)
          .value();

  [[nodiscard]] Result<RecoveryPublicKey> recoverIssuer(base::Time now = kNow) const {
    return recoverIssuerKey(authority.publicKey(), issuerCertificate, Bytes{3}, pan(), now);
  }
  [[nodiscard]] Result<RecoveryPublicKey> recoverCard(base::Time now = kNow) const {
    return recoverCardKey(issuer.publicKey(), cardCertificate, Bytes{3}, pan(), kStatic, now);
  }
};

TEST(OfflineAuthenticationTest, KeysAreRecoveredFromTheirCertificates) {
  const Chain chain;
  EXPECT_EQ(chain.issuerCertificate.certificate.size(), 176U);
  EXPECT_EQ(chain.issuerCertificate.remainder.size(), 144U - (176U - 36U));
  EXPECT_EQ(chain.cardCertificate.certificate.size(), 144U);
  EXPECT_EQ(chain.cardCertificate.remainder.size(), 128U - (144U - 42U));
  EXPECT_EQ(chain.recoverIssuer().value(), chain.issuer.publicKey());
  EXPECT_EQ(chain.recoverCard().value(), chain.card.publicKey());
}

TEST(OfflineAuthenticationTest, KeyThatFitsLeavesNoRemainder) {
  const auto made = certifyIssuerKey(signerOf(keyOf(1408)), 176, "999999",
                                     {"1229", {0, 0, 1}, keyOf(1024).publicKey()});
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->remainder.empty());
  EXPECT_EQ(recoverIssuerKey(keyOf(1408).publicKey(), *made, Bytes{3}, pan(), kNow).value(),
            keyOf(1024).publicKey());
}

TEST(OfflineAuthenticationTest, WhateverIsChangedIsRefused) {
  const Chain good;
  for (std::size_t at = 0; at < good.cardCertificate.certificate.size(); ++at) {
    Chain changed;
    changed.cardCertificate.certificate[at] ^= 1;
    EXPECT_EQ(changed.recoverCard().error().code(), Code::kUnauthenticated) << at;
  }
  Chain changed;
  changed.cardCertificate.remainder[0] ^= 1;
  EXPECT_EQ(changed.recoverCard().error().code(), Code::kUnauthenticated);
  const auto recover = [&](ByteView exponent, std::string_view number, ByteView staticData) {
    return recoverCardKey(good.issuer.publicKey(), good.cardCertificate, exponent, pan(number),
                          staticData, kNow)
        .error()
        .code();
  };
  EXPECT_EQ(recover(Bytes{1, 0, 1}, "9999990000000006", kStatic), Code::kUnauthenticated);
  EXPECT_EQ(recover(Bytes{3}, "9999990000000014", kStatic), Code::kUnauthenticated);
  EXPECT_EQ(recover(Bytes{3}, "9999990000000006", {}), Code::kUnauthenticated);
  EXPECT_EQ(recoverIssuerKey(good.authority.publicKey(), good.issuerCertificate, Bytes{3},
                             pan("4111111111111111"), kNow)
                .error()
                .code(),
            Code::kUnauthenticated);
  EXPECT_EQ(
      recoverIssuerKey(good.authority.publicKey(), good.cardCertificate, Bytes{3}, pan(), kNow)
          .error()
          .code(),
      Code::kUnauthenticated)
      << "a certificate of another kind and signer";
}

TEST(OfflineAuthenticationTest, CertificatesAreGoodToTheEndOfTheirMonth) {
  const Chain chain;
  const base::Time end = std::chrono::sys_days(std::chrono::year(2029) / std::chrono::January / 1);
  EXPECT_TRUE(chain.recoverCard(end - base::Duration(1)).ok());
  EXPECT_EQ(chain.recoverCard(end).error().code(), Code::kExpired);
  EXPECT_TRUE(chain.recoverIssuer(end).ok()) << "the issuer's ends a year later";
}

TEST(OfflineAuthenticationTest, FactsOfNoFormAreRefused) {
  const auto sign = signerOf(keyOf(1408));
  const CertifiedKey good{"1229", {0, 0, 1}, keyOf(1152).publicKey()};
  const auto code = [&](std::string_view prefix, const CertifiedKey& key, std::size_t size) {
    return certifyIssuerKey(sign, size, prefix, key).error().code();
  };
  EXPECT_EQ(code("99", good, 176), Code::kInvalidArgument);
  EXPECT_EQ(code("999999999", good, 176), Code::kInvalidArgument);
  EXPECT_EQ(code("99999A", good, 176), Code::kInvalidArgument);
  EXPECT_EQ(code("999999", {"1329", {}, good.key}, 176), Code::kInvalidArgument);
  EXPECT_EQ(code("999999", {"1229", {}, {good.key.modulus, {}}}, 176), Code::kInvalidArgument);
  EXPECT_EQ(code("999999", good, 30), Code::kInvalidArgument);
}

TEST(OfflineAuthenticationTest, DynamicDataAreRecovered) {
  DynamicData data;
  data.number = {0, 0, 0, 7};
  data.cryptogramInformation = 0x80;
  data.cryptogram = {1, 2, 3, 4, 5, 6, 7, 8};
  data.transactionHash = transactionHash(Bytes{1}, Bytes{2}, Bytes{3});
  const std::array<std::uint8_t, 4> number = {9, 8, 7, 6};
  const Bytes signature = signDynamicData(keyOf(1024), data, number);
  EXPECT_EQ(signature.size(), 128U);
  EXPECT_EQ(recoverDynamicData(keyOf(1024).publicKey(), signature, number).value(), data);
  EXPECT_EQ(recoverDynamicData(keyOf(1024).publicKey(), signature, {9, 8, 7, 5}).error().code(),
            Code::kUnauthenticated)
      << "made for another unpredictable number";
  for (std::size_t at = 0; at < signature.size(); at += 3) {
    Bytes changed = signature;
    changed[at] ^= 0x10;
    EXPECT_FALSE(recoverDynamicData(keyOf(1024).publicKey(), changed, number).ok()) << at;
  }
}

TEST(OfflineAuthenticationTest, StaticDataOfARecord) {
  const Bytes record = {0x70, 0x04, 0x5A, 0x02, 0x12, 0x34};
  EXPECT_EQ(base::toHex(authenticatedPart(2, record).value()), "5a021234");
  EXPECT_EQ(base::toHex(authenticatedPart(11, record).value()), "70045a021234");
  EXPECT_FALSE(authenticatedPart(2, Bytes{0x5A, 0x01, 0x12}).ok());
}

}  // namespace
}  // namespace florin::emv
