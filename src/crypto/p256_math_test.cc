#include "crypto/p256_math.h"

#include <gtest/gtest.h>

#include "crypto/p256.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

constexpr std::string_view kOrder =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

Scalar small(std::uint8_t value) {
  Bytes bytes(32);
  bytes.back() = value;
  return Scalar::fromBytes(SecretBytes::take(std::move(bytes))).value();
}

TEST(ScalarTest, WideNumbersAreReducedModuloTheOrder) {
  EXPECT_EQ(toHex(Scalar::fromWide(SecretBytes()).toBytes()), std::string(64, '0'));
  EXPECT_EQ(toHex(Scalar::fromWide(secretHex(kOrder)).toBytes()), std::string(64, '0'));
  // 2^320 - 1, and what Python's `%` says about it.
  EXPECT_EQ(toHex(Scalar::fromWide(SecretBytes::take(Bytes(40, 0xFF))).toBytes()),
            "fffffffe00000001431905529c0166cd22159165b6faae70f756a571fc632550");
}

TEST(ScalarTest, OnlyNumbersOfTheGroupAreRead) {
  for (const Bytes& bytes : {Bytes(), Bytes(32), Bytes(31, 1), Bytes(33, 1), hex(kOrder)}) {
    const auto scalar = Scalar::fromBytes(SecretBytes::copyOf(bytes));
    ASSERT_FALSE(scalar.ok());
    EXPECT_EQ(scalar.error().code(), Code::kMalformed);
  }
}

TEST(ScalarTest, RandomOnesRoundTrip) {
  CountingRandom random;
  const Scalar scalar = Scalar::random(random);
  EXPECT_EQ(toHex(Scalar::fromBytes(scalar.toBytes()).value().toBytes()),
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
}

TEST(PointTest, ThreeTimesIsTwiceAndOnce) {
  const Point g = Point::generator();
  EXPECT_TRUE(g.multiply(small(3)).equals(g.add(g).add(g)));
  EXPECT_TRUE(g.multiply(small(3)).subtract(g).equals(g.multiply(small(2))));
  EXPECT_FALSE(g.multiply(small(3)).equals(g));
  EXPECT_TRUE(Point::multiplyGenerator(small(3)).equals(g.multiply(small(3))));
}

TEST(PointTest, MultiplyingTheGeneratorIsThePublicPoint) {
  CountingRandom random;
  CountingRandom same;
  const Scalar scalar = Scalar::random(random);
  const P256Key key = P256Key::generate(same);
  EXPECT_EQ(Point::multiplyGenerator(scalar).encode(), key.publicPoint());
}

TEST(PointTest, MultiplyingIsAgreement) {
  CountingRandom random;
  const P256Key one = P256Key::generate(random);
  const P256Key other = P256Key::generate(random);
  const Point product =
      Point::decode(other.publicPoint()).value().multiply(Scalar::fromBytes(one.scalar()).value());
  EXPECT_EQ(base::toHex(ByteView(product.encode()).subspan(1, 32)),
            toHex(one.agree(other.publicPoint()).value()));
}

TEST(PointTest, WithItsNegativeItIsInfinity) {
  const Point g = Point::generator();
  EXPECT_FALSE(g.isInfinity());
  EXPECT_TRUE(g.add(g.negate()).isInfinity());
  EXPECT_TRUE(g.subtract(g).isInfinity());
  EXPECT_TRUE(g.multiply(Scalar::fromWide(secretHex(kOrder))).isInfinity());
  EXPECT_TRUE(g.subtract(g).add(g).equals(g));
}

TEST(PointTest, BothFormsDecodeToTheSamePoint) {
  for (const std::uint8_t factor : {1, 2, 3, 4, 5, 6}) {  // even and odd y
    const Point point = Point::multiplyGenerator(small(factor));
    const Bytes encoded = point.encode();
    EXPECT_TRUE(Point::decode(encoded).value().equals(point));
    const Bytes form = {static_cast<std::uint8_t>(2 + (encoded.back() & 1))};
    const Bytes compressed = base::concat(form, ByteView(encoded).subspan(1, 32));
    EXPECT_TRUE(Point::decode(compressed).value().equals(point));
    EXPECT_FALSE(Point::decode(flipBit(compressed, 7)).value().equals(point));
  }
}

TEST(PointTest, WhatIsNotOnTheCurveIsMalformed) {
  const Bytes encoded = Point::generator().encode();
  std::vector<Bytes> bad = {Bytes(),
                            Bytes(1),
                            Bytes(33),
                            Bytes(65),
                            base::concat(hex("04"), Bytes(64)),
                            base::concat(hex("02"), Bytes(32, 0xFF)),
                            base::concat(hex("04"), ByteView(encoded).subspan(1, 32))};
  for (std::size_t bit = 8; bit < encoded.size() * 8; ++bit) bad.push_back(flipBit(encoded, bit));
  for (const Bytes& bytes : bad) {
    const auto point = Point::decode(bytes);
    ASSERT_FALSE(point.ok()) << base::toHex(bytes);
    EXPECT_EQ(point.error().code(), Code::kMalformed);
  }
}

TEST(PointDeathTest, InfinityHasNoEncoding) {
  const Point g = Point::generator();
  EXPECT_DEATH((void)g.subtract(g).encode(), "check failed");
}

}  // namespace
}  // namespace florin::crypto
