// The conformance suite of ports::KeyCustody: what holds of software and of an HSM. The custody
// under test has an issuer master key of version 1, and a card authority, for program "K2", and no
// authority for "FLORIN". Included by tests only.
//
//   INSTANTIATE_TEST_SUITE_P(Soft, CustodyTest, testing::Values(&makeSoft));
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "crypto/des3.h"
#include "crypto/key_transport.h"
#include "crypto/p256.h"
#include "crypto/recovery_rsa.h"
#include "crypto/rsa.h"
#include "fakes/seeded_random.h"
#include "ports/key_custody.h"

namespace florin::fakes {

using MakeCustody = std::unique_ptr<ports::KeyCustody> (*)();

class CustodyTest : public testing::TestWithParam<MakeCustody> {
 protected:
  ports::KeyCustody& custody() { return *custody_; }

  static ports::CardKeyRef card(std::string_view dpan = "9999990000000018", std::uint8_t psn = 0) {
    return {"K2", 1, SecretBytes::copyOf(base::asBytes(dpan)), psn};
  }
  ports::WrapRequest request(std::uint32_t firstAtc, std::uint32_t count) {
    return {custody().transportKey().id,
            deviceKey_.publicPoint(),
            device_,
            token_,
            {.number = firstAtc},
            count};
  }

  // sessionKey is what the device gets out of one wrapped key.
  Result<SecretBytes> sessionKey(ByteView wrapped, std::uint32_t number,
                                 ports::PaymentKeyKind kind = ports::PaymentKeyKind::kSuk) {
    const ports::BackendPublicKey backend = custody().transportKey();
    FLORIN_TRY_ASSIGN(const SecretBytes shared, deviceKey_.agree(backend.point));
    return crypto::unwrapPaymentKey(
        shared, {backend.id, device_, token_, static_cast<std::uint8_t>(kind), number}, wrapped);
  }

  static ports::PaymentKeyName suk(std::uint32_t atc) { return {.number = atc}; }

  SeededRandom random_;
  const crypto::P256Key deviceKey_ = crypto::P256Key::generate(random_);
  const base::DeviceId device_ = base::DeviceId::random(random_);
  const base::TokenId token_ = base::TokenId::random(random_);
  const Bytes data_ = random_.bytes(43);

 private:
  std::unique_ptr<ports::KeyCustody> custody_ = GetParam()();
};

TEST_P(CustodyTest, RandomBytesDiffer) {
  const SecretBytes first = std::move(custody().random(32)).value();
  const SecretBytes second = std::move(custody().random(32)).value();
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(base::toHex(first.expose()), base::toHex(second.expose()));
}

TEST_P(CustodyTest, DekComesBackAndIsAuthenticated) {
  const SecretBytes dek = random_.secret(32);
  const Bytes wrapped = custody().wrapDek(dek).value();
  const auto unwrapped = custody().unwrapDek(wrapped);
  ASSERT_TRUE(unwrapped.ok());
  EXPECT_EQ(base::toHex(unwrapped->expose()), base::toHex(dek.expose()));
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    Bytes changed = wrapped;
    changed[i] ^= 0x10;
    EXPECT_FALSE(custody().unwrapDek(changed).ok()) << i;
    EXPECT_FALSE(custody().unwrapDek(ByteView(wrapped).first(i)).ok()) << i;
  }
}

TEST_P(CustodyTest, HmacIsAFunctionOfItsInput) {
  const auto tag = custody().hmac(data_).value();
  EXPECT_EQ(custody().hmac(data_).value(), tag);
  EXPECT_NE(custody().hmac(ByteView(data_).first(42)).value(), tag);
}

TEST_P(CustodyTest, IdentitySignatureVerifies) {
  const auto key = crypto::P256PublicKey::fromPoint(custody().identityKey().point);
  ASSERT_TRUE(key.ok());
  const Bytes signature = custody().sign(data_).value();
  EXPECT_TRUE(key->verify(data_, signature).ok());
  EXPECT_FALSE(key->verify(ByteView(data_).first(42), signature).ok());
}

TEST_P(CustodyTest, EveryChannelKeyAgreesWithItsPoint) {
  const auto keys = custody().channelKeys();
  ASSERT_FALSE(keys.empty());
  for (const ports::BackendPublicKey& key : keys) {
    const auto ours = custody().agree(key.id, deviceKey_.publicPoint());
    ASSERT_TRUE(ours.ok());
    EXPECT_EQ(base::toHex(ours->expose()),
              base::toHex(deviceKey_.agree(key.point).value().expose()));
  }
}

TEST_P(CustodyTest, AgreementRefusesOtherKeysAndNoPoints) {
  const base::KeyId channel = custody().channelKeys().front().id;
  const Bytes& point = deviceKey_.publicPoint();
  EXPECT_EQ(custody().agree(base::KeyId(), point).error().code(), Code::kNotFound);
  EXPECT_EQ(custody().agree(custody().identityKey().id, point).error().code(), Code::kNotFound);
  Bytes offCurve = point;
  offCurve.back() ^= 1;
  EXPECT_EQ(custody().agree(channel, offCurve).error().code(), Code::kMalformed);
  EXPECT_EQ(custody().agree(channel, {}).error().code(), Code::kMalformed);
}

TEST_P(CustodyTest, ContentKeyOfACaptureIsUnwrapped) {
  const Bytes contentKey = random_.bytes(32);
  const auto encrypted = crypto::rsaOaepSha256Encrypt(custody().captureKey(), contentKey);
  ASSERT_TRUE(encrypted.ok());
  const auto unwrapped = custody().unwrapContentKey(*encrypted);
  ASSERT_TRUE(unwrapped.ok());
  EXPECT_EQ(base::toBytes(unwrapped->expose()), contentKey);
  Bytes changed = *encrypted;
  changed[100] ^= 1;
  EXPECT_EQ(custody().unwrapContentKey(changed).error().code(), Code::kUnauthenticated);
}

TEST_P(CustodyTest, DeviceUnwrapsKeysThatMakeItsCryptograms) {
  const auto wrapped = custody().wrapPaymentKeys(card(), request(7, 3));
  ASSERT_TRUE(wrapped.ok());
  ASSERT_EQ(wrapped->size(), 3U);
  std::set<std::string> keys;
  for (std::uint16_t atc = 7; atc < 10; ++atc) {
    const auto key = sessionKey((*wrapped)[atc - 7U], atc);
    ASSERT_TRUE(key.ok()) << atc;
    keys.insert(base::toHex(key->expose()));
    const auto cryptogram = crypto::macAlgorithm3(*key, crypto::padMethod2(data_));
    EXPECT_TRUE(custody().verifyCryptogram(card(), suk(atc), data_, cryptogram).value());
  }
  EXPECT_EQ(keys.size(), 3U);
}

TEST_P(CustodyTest, CryptogramOfAnotherCardAtcOrDataIsRefused) {
  const auto wrapped = custody().wrapPaymentKeys(card(), request(7, 1)).value();
  const SecretBytes key = std::move(sessionKey(wrapped[0], 7)).value();
  const auto cryptogram = crypto::macAlgorithm3(key, crypto::padMethod2(data_));
  const auto verifies = [&](const ports::CardKeyRef& ref, std::uint16_t atc, ByteView data) {
    return custody().verifyCryptogram(ref, suk(atc), data, cryptogram).value();
  };
  EXPECT_TRUE(verifies(card(), 7, data_));
  EXPECT_FALSE(verifies(card(), 8, data_));
  EXPECT_FALSE(verifies(card("9999990000000018", 1), 7, data_));
  EXPECT_FALSE(verifies(card("9999990000000026"), 7, data_));
  EXPECT_FALSE(verifies(card(), 7, ByteView(data_).first(42)));
}

TEST_P(CustodyTest, LongPansHaveKeysOfTheirOwn) {
  // Option A would take the last 16 digits only, and give both cards one key.
  const auto first = custody().wrapPaymentKeys(card("1119999990000000018"), request(1, 1));
  const auto second = custody().wrapPaymentKeys(card("2229999990000000018"), request(1, 1));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE((*first)[0], (*second)[0]);
}

TEST_P(CustodyTest, WrappedKeysAreBoundToTheirDeviceAndCard) {
  const auto wrapped = custody().wrapPaymentKeys(card(), request(7, 1)).value();
  EXPECT_FALSE(sessionKey(wrapped[0], 8).ok());
  ports::WrapRequest other = request(7, 1);
  other.tokenId = base::TokenId::random(random_);
  EXPECT_FALSE(sessionKey(custody().wrapPaymentKeys(card(), other).value()[0], 7).ok());
}

TEST_P(CustodyTest, WrapRefusesWhatItCannotDo) {
  const auto code = [&](const ports::CardKeyRef& ref, const ports::WrapRequest& wrap) {
    return custody().wrapPaymentKeys(ref, wrap).error().code();
  };
  ports::CardKeyRef unknownProgram = card();
  unknownProgram.program = "none";
  EXPECT_EQ(code(unknownProgram, request(1, 1)), Code::kNotFound);
  ports::CardKeyRef unknownVersion = card();
  unknownVersion.masterKeyVersion = 2;
  EXPECT_EQ(code(unknownVersion, request(1, 1)), Code::kNotFound);
  ports::WrapRequest unknownKey = request(1, 1);
  unknownKey.transportKeyId = base::KeyId();
  EXPECT_EQ(code(card(), unknownKey), Code::kNotFound);
  ports::WrapRequest noPoint = request(1, 1);
  noPoint.devicePoint = Bytes(65, 4);
  EXPECT_EQ(code(card(), noPoint), Code::kMalformed);
  EXPECT_EQ(code(card(), request(1, base::limits::kKeysPerOperation + 1)), Code::kTooLarge);
  EXPECT_EQ(code(card(), request(0xFFFF, 2)), Code::kExhausted);
  EXPECT_TRUE(custody().wrapPaymentKeys(card(), request(0xFFFF, 1)).ok());
}

TEST_P(CustodyTest, SingleUseKeysGoOnWithTheNextPsn) {
  const std::uint32_t atc = base::runningAtc(2, 7);
  const auto wrapped = custody().wrapPaymentKeys(card(), request(atc, 1)).value();
  const SecretBytes key = std::move(sessionKey(wrapped[0], atc)).value();
  const auto cryptogram = crypto::macAlgorithm3(key, crypto::padMethod2(data_));
  EXPECT_TRUE(custody().verifyCryptogram(card(), suk(7), data_, cryptogram).value());
  EXPECT_EQ(
      custody().wrapPaymentKeys(card(), request(base::runningAtc(2, 0xFFFF), 2)).error().code(),
      Code::kExhausted);
}

TEST_P(CustodyTest, LimitedUseKeyMakesCryptogramsOfItsIndex) {
  const ports::PaymentKeyName luk{ports::PaymentKeyKind::kLuk, 6'333'101};
  ports::WrapRequest wrap = request(0, 1);
  wrap.first = luk;
  const auto wrapped = custody().wrapPaymentKeys(card(), wrap);
  ASSERT_TRUE(wrapped.ok());
  ASSERT_EQ(wrapped->size(), 1U);
  EXPECT_FALSE(sessionKey((*wrapped)[0], luk.number).ok());  // a LUK is no SUK
  const SecretBytes key = std::move(sessionKey((*wrapped)[0], luk.number, luk.kind)).value();
  const auto cryptogram = crypto::macAlgorithm3(key, crypto::padMethod2(data_));
  const auto verifies = [&](const ports::PaymentKeyName& name) {
    return custody().verifyCryptogram(card(), name, data_, cryptogram).value();
  };
  EXPECT_TRUE(verifies(luk));
  EXPECT_FALSE(verifies({luk.kind, luk.number + 1}));
  EXPECT_FALSE(verifies(suk(luk.number)));
}

TEST_P(CustodyTest, WrapRefusesWhatIsNoKeyIndexAndSeveralLimitedKeys) {
  ports::WrapRequest wrap = request(0, 1);
  wrap.first = {ports::PaymentKeyKind::kLuk, 10'000'000};
  EXPECT_EQ(custody().wrapPaymentKeys(card(), wrap).error().code(), Code::kInvalidArgument);
  wrap.first.number = 6'333'101;
  wrap.count = 2;
  EXPECT_EQ(custody().wrapPaymentKeys(card(), wrap).error().code(), Code::kInvalidArgument);
}

TEST_P(CustodyTest, ArpcDependsOnAllItCovers) {
  const ports::Cryptogram arqc = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto arpc = [&](std::uint16_t atc, const ports::Cryptogram& of, std::uint8_t code) {
    return custody().arpc(card(), suk(atc), of, {0x30, code}).value();
  };
  const ports::Cryptogram other = {1, 2, 3, 4, 5, 6, 7, 9};
  EXPECT_EQ(arpc(7, arqc, 0x30), arpc(7, arqc, 0x30));
  EXPECT_NE(arpc(7, arqc, 0x30), arpc(8, arqc, 0x30));
  EXPECT_NE(arpc(7, arqc, 0x30), arpc(7, other, 0x30));
  EXPECT_NE(arpc(7, arqc, 0x30), arpc(7, arqc, 0x31));
}

TEST_P(CustodyTest, CertifiersSignBlocksUnderTheirKeys) {
  for (const auto key : {ports::CertifierKey::kAuthority, ports::CertifierKey::kIssuer}) {
    const ports::Certifier certifier{"K2", key};
    const auto known = custody().certifierKey(certifier);
    ASSERT_TRUE(known.ok());
    Bytes block = random_.bytes(known->modulus.size());
    block.front() = 0x6A;
    block.back() = 0xBC;
    const auto signature = custody().certify(certifier, block);
    ASSERT_TRUE(signature.ok());
    EXPECT_EQ(crypto::recoverBlock({known->modulus, known->exponent}, *signature).value(), block);
    for (const std::size_t at : {std::size_t{0}, block.size() - 1}) {
      Bytes other = block;
      other[at] ^= 1;
      EXPECT_EQ(custody().certify(certifier, other).error().code(), Code::kInvalidArgument);
    }
    EXPECT_EQ(custody().certify(certifier, ByteView(block).first(90)).error().code(),
              Code::kInvalidArgument);
    EXPECT_EQ(custody().certify(certifier, {}).error().code(), Code::kInvalidArgument);
  }
  EXPECT_NE(custody().authorityIndex("K2").value(), 0);
  EXPECT_EQ(custody().authorityIndex("FLORIN").error().code(), Code::kNotFound);
  EXPECT_EQ(custody().certifierKey({"FLORIN"}).error().code(), Code::kNotFound);
}

TEST_P(CustodyTest, DeviceUnwrapsTheKeyThatWasMadeForItsCard) {
  const auto made = custody().makeCardKey();
  ASSERT_TRUE(made.ok());
  const ports::BackendPublicKey backend = custody().transportKey();
  const ports::CardKeyWrap wrap{backend.id, deviceKey_.publicPoint(), device_, token_, 77};
  const auto wrapped = custody().wrapCardKey(made->wrapped, wrap);
  ASSERT_TRUE(wrapped.ok());
  const auto unwrapped = [&](std::uint8_t kind, std::uint32_t number) {
    return crypto::unwrapPaymentKey(deviceKey_.agree(backend.point).value(),
                                    {backend.id, device_, token_, kind, number}, *wrapped);
  };
  const auto key = crypto::RecoveryKey::fromPrivateDer(unwrapped(3, 77).value());
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->publicKey().modulus, made->publicKey.modulus);
  EXPECT_LE(made->publicKey.modulus.size() * 8, 1408U) << "its signature fits one answer";
  EXPECT_FALSE(unwrapped(3, 78).ok());
  EXPECT_FALSE(unwrapped(1, 77).ok());
}

TEST_P(CustodyTest, CardKeyOfElsewhereIsNotWrapped) {
  const ports::CardKeyWrap wrap{custody().transportKey().id, deviceKey_.publicPoint(), device_,
                                token_, 1};
  Bytes foreign = custody().makeCardKey().value().wrapped;
  foreign[20] ^= 1;
  EXPECT_EQ(custody().wrapCardKey(foreign, wrap).error().code(), Code::kUnauthenticated);
  ports::CardKeyWrap other = wrap;
  other.transportKeyId = base::KeyId();
  EXPECT_EQ(custody().wrapCardKey(foreign, other).error().code(), Code::kNotFound);
}

TEST_P(CustodyTest, CheckValuesAreStableAndShort) {
  const auto values = custody().keyCheckValues().value();
  EXPECT_EQ(custody().keyCheckValues().value(), values);
  std::set<std::string> names;
  for (const auto& [name, value] : values) {
    names.insert(name);
    EXPECT_EQ(value.size(), 6U) << name;
  }
  EXPECT_EQ(names.size(), values.size());
  EXPECT_TRUE(names.contains("issuer/K2/1"));
}

TEST_P(CustodyTest, ThreadsMayUseItAtOnce) {
  const Bytes expected = custody().wrapPaymentKeys(card(), request(1, 1)).value()[0];
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        EXPECT_EQ(custody().wrapPaymentKeys(card(), request(1, 1)).value()[0], expected);
        EXPECT_TRUE(custody().sign(data_).ok());
        EXPECT_TRUE(custody().agree(custody().channelKeys()[0].id, deviceKey_.publicPoint()).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace florin::fakes
