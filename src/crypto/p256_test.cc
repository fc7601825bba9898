#include "crypto/p256.h"

#include <gtest/gtest.h>

#include <future>

#include "crypto/random.h"
#include "crypto/test_support.h"
#include "crypto/x25519.h"

namespace florin::crypto {
namespace {

using base::asBytes;

constexpr std::string_view kOrder =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
// RFC 6979, A.2.5.
constexpr std::string_view kScalar =
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
constexpr std::string_view kPoint =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
constexpr std::string_view kSignatureOfSample =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

P256Key rfc6979Key() { return P256Key::fromScalar(secretHex(kScalar)).value(); }

TEST(P256KeyTest, ScalarGivesItsPoint) {
  const P256Key key = rfc6979Key();
  EXPECT_EQ(base::toHex(key.publicPoint()), kPoint);
  EXPECT_EQ(toHex(key.scalar()), kScalar);
}

TEST(P256KeyTest, ScalarsOutsideTheGroupAreMalformed) {
  Bytes aboveOrder = hex(kOrder);
  ++aboveOrder.back();
  for (const Bytes& bytes :
       {Bytes(), Bytes(31, 1), Bytes(33, 1), Bytes(32), hex(kOrder), aboveOrder, Bytes(32, 0xFF)}) {
    const auto key = P256Key::fromScalar(SecretBytes::copyOf(bytes));
    ASSERT_FALSE(key.ok()) << base::toHex(bytes);
    EXPECT_EQ(key.error().code(), Code::kMalformed);
  }
  Bytes largest = hex(kOrder);
  --largest.back();
  EXPECT_TRUE(P256Key::fromScalar(SecretBytes::take(std::move(largest))).ok());
}

TEST(P256KeyTest, GenerateDrawsAgainUntilTheScalarIsInTheGroup) {
  const Bytes tooLarge = hex(kOrder);
  ScriptedRandom random(base::concat(tooLarge, Bytes(32), hex(kScalar)));
  EXPECT_EQ(toHex(P256Key::generate(random).scalar()), kScalar);
}

TEST(P256KeyDeathTest, RandomThatNeverGivesAScalarEndsTheProcess) {
  ScriptedRandom zeros({});
  EXPECT_DEATH((void)P256Key::generate(zeros), "check failed");
}

TEST(P256KeyTest, SameRandomGivesTheSameKey) {
  CountingRandom one;
  CountingRandom other;
  EXPECT_EQ(P256Key::generate(one).publicPoint(), P256Key::generate(other).publicPoint());
  const Bytes third = P256Key::generate(one).publicPoint();
  CountingRandom fresh;
  EXPECT_NE(third, P256Key::generate(fresh).publicPoint());
}

TEST(P256KeyTest, BothSidesAgree) {
  OsRandom random;
  const P256Key one = P256Key::generate(random);
  const P256Key other = P256Key::generate(random);
  const SecretBytes shared = one.agree(other.publicPoint()).value();
  EXPECT_EQ(shared.size(), 32U);
  EXPECT_EQ(toHex(shared), toHex(other.agree(one.publicPoint()).value()));
}

TEST(P256KeyTest, OperationsMayRunOnSeveralThreads) {
  const P256Key key = rfc6979Key();
  const P256PublicKey publicKey = P256PublicKey::fromPoint(key.publicPoint()).value();
  const std::string shared = toHex(key.agree(key.publicPoint()).value());
  std::vector<std::future<int>> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.push_back(std::async(std::launch::async, [&] {
      int right = 0;
      for (int i = 0; i < 20; ++i) {
        const bool agreed = toHex(key.agree(key.publicPoint()).value()) == shared;
        const bool verified = publicKey.verify(asBytes("m"), key.sign(asBytes("m"))).ok();
        right += agreed && verified ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& thread : threads) EXPECT_EQ(thread.get(), 20);
}

TEST(P256PointTest, OnlyUncompressedPointsOfTheCurveAreAccepted) {
  const Bytes point = hex(kPoint);
  EXPECT_TRUE(checkP256Point(point).ok());

  std::vector<Bytes> bad = {Bytes(), Bytes(1), Bytes(65), base::concat(hex("04"), Bytes(64)),
                            base::concat(point, Bytes(1))};
  for (std::size_t length = 0; length < point.size(); ++length) {
    bad.push_back(base::toBytes(ByteView(point).first(length)));
  }
  bad.push_back(base::concat(hex("03"), ByteView(point).subspan(1, 32)));
  for (const int form : {0x00, 0x02, 0x03, 0x05, 0x06, 0x07}) {
    bad.push_back(point);
    bad.back()[0] = static_cast<std::uint8_t>(form);
  }
  for (std::size_t bit = 8; bit < point.size() * 8; ++bit) bad.push_back(flipBit(point, bit));

  const P256Key key = rfc6979Key();
  for (const Bytes& bytes : bad) {
    const Status checked = checkP256Point(bytes);
    ASSERT_FALSE(checked.ok()) << base::toHex(bytes);
    EXPECT_EQ(checked.error().code(), Code::kMalformed);
    EXPECT_FALSE(key.agree(bytes).ok());
    EXPECT_FALSE(P256PublicKey::fromPoint(bytes).ok());
  }
}

// x = 0 is on the curve; x = p means the same number, in a form that must not be taken.
TEST(P256PointTest, CoordinatesFromTheFieldPrimeOnAreRefused) {
  const Bytes prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  const Bytes root = hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
  EXPECT_TRUE(checkP256Point(base::concat(hex("04"), Bytes(32), root)).ok());
  EXPECT_FALSE(checkP256Point(base::concat(hex("04"), prime, root)).ok());
}

TEST(P256SignatureTest, VerifiesThePublishedOne) {
  const P256PublicKey key = P256PublicKey::fromPoint(hex(kPoint)).value();
  EXPECT_TRUE(key.verify(asBytes("sample"), hex(kSignatureOfSample)).ok());
}

TEST(P256SignatureTest, OwnSignaturesVerify) {
  const P256Key key = rfc6979Key();
  const P256PublicKey publicKey = P256PublicKey::fromPoint(key.publicPoint()).value();
  for (int i = 0; i < 32; ++i) {  // some r and s begin with a zero byte
    const Bytes message(static_cast<std::size_t>(i), 0x5A);
    const Bytes signature = key.sign(message);
    ASSERT_EQ(signature.size(), 64U);
    EXPECT_TRUE(publicKey.verify(message, signature).ok());
  }
}

TEST(P256SignatureTest, EveryFlippedBitAndEveryLengthIsRefused) {
  const P256PublicKey key = P256PublicKey::fromPoint(hex(kPoint)).value();
  const Bytes signature = hex(kSignatureOfSample);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    const Status verified = key.verify(asBytes("sample"), flipBit(signature, bit));
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().code(), Code::kUnauthenticated);
  }
  for (std::size_t length = 0; length < signature.size(); ++length) {
    EXPECT_FALSE(key.verify(asBytes("sample"), ByteView(signature).first(length)).ok());
  }
  EXPECT_FALSE(key.verify(asBytes("samplf"), signature).ok());
  EXPECT_FALSE(key.verify(asBytes("sample"), Bytes(64)).ok());
  EXPECT_FALSE(key.verify(asBytes("sample"), Bytes(64, 0xFF)).ok());
}

// RFC 7748, 5.2 and 6.1.
TEST(X25519Test, GivesTheValuesOfRfc7748) {
  const X25519Key key =
      X25519Key::fromScalar(
          secretHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"))
          .value();
  EXPECT_EQ(toHex(key.agree(hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
                      .value()),
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");

  const X25519Key bob =
      X25519Key::fromScalar(
          secretHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
          .value();
  EXPECT_EQ(base::toHex(bob.publicPoint()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  EXPECT_EQ(toHex(bob.agree(hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"))
                      .value()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(X25519Test, PointsOfSmallOrderAndOtherLengthsAreMalformed) {
  CountingRandom random;
  const X25519Key key = X25519Key::generate(random);
  EXPECT_EQ(key.scalar().size(), 32U);
  Bytes one(32);
  one[0] = 1;
  for (const Bytes& point : {Bytes(32), one, Bytes(), Bytes(31, 9), Bytes(33, 9)}) {
    const auto shared = key.agree(point);
    ASSERT_FALSE(shared.ok());
    EXPECT_EQ(shared.error().code(), Code::kMalformed);
  }
  EXPECT_FALSE(X25519Key::fromScalar(SecretBytes(31)).ok());
}

TEST(OsRandomTest, GivesOtherBytesEachTime) {
  OsRandom random;
  EXPECT_NE(random.bytes(32), random.bytes(32));
  EXPECT_TRUE(random.bytes(0).empty());
}

}  // namespace
}  // namespace florin::crypto
