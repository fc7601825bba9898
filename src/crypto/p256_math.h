// Arithmetic on P-256 for SPAKE2+ (RFC 9383). For plain agreement and signatures use p256.h. All
// scalars are taken for secret: computed with in constant time where OpenSSL can, and overwritten.
#pragma once

#include "base/random.h"
#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// Scalar is a number modulo n, the order of the group.
class Scalar {
 public:
  // fromWide reduces a big-endian number of any length modulo n. For an even distribution it has at
  // least 40 bytes (RFC 9383, 3.2).
  static Scalar fromWide(const SecretBytes& wide);

  // fromBytes: kMalformed when it is not 32 bytes of a number from 1 to n - 1.
  static Result<Scalar> fromBytes(const SecretBytes& bytes);

  // random draws from 1 to n - 1, evenly, from `random` and nothing else.
  static Scalar random(base::Random& random);

  // toBytes gives 32 bytes.
  [[nodiscard]] SecretBytes toBytes() const;

 private:
  friend class Point;
  explicit Scalar(BignumPtr number);

  BignumPtr number_;
};

// Point is a point of the curve, or infinity. It never changes; operations give a new one.
class Point {
 public:
  // decode reads 65 bytes uncompressed (04) or 33 bytes compressed (02, 03; costs a square root).
  // kMalformed: another form, or not on the curve. Infinity cannot be decoded.
  static Result<Point> decode(ByteView bytes);

  static Point generator();

  // encode gives 65 bytes uncompressed. Infinity is a programmer's error: ask isInfinity first.
  [[nodiscard]] Bytes encode() const;

  [[nodiscard]] Point add(const Point& other) const;
  [[nodiscard]] Point subtract(const Point& other) const;
  [[nodiscard]] Point negate() const;
  [[nodiscard]] Point multiply(const Scalar& scalar) const;

  // multiplyGenerator is generator().multiply(scalar), several times as fast.
  static Point multiplyGenerator(const Scalar& scalar);

  [[nodiscard]] bool isInfinity() const;
  [[nodiscard]] bool equals(const Point& other) const;

 private:
  explicit Point(EcPointPtr point) : point_(std::move(point)) {}

  EcPointPtr point_;
};

}  // namespace florin::crypto
