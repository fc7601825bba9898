// NIST P-256 keys: ECDH (SP 800-56A, raw x) and ECDSA with SHA-256. Points are 65 bytes: 04 || x ||
// y; scalars 32 bytes, 1 to n - 1; signatures 64 bytes: r || s.
#pragma once

#include "base/random.h"
#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

inline constexpr std::size_t kP256Point = 65;
inline constexpr std::size_t kP256Scalar = 32;
inline constexpr std::size_t kP256Signature = 64;

// checkP256Point: kMalformed when `point` is not 65 bytes uncompressed and on the curve. Infinity
// has no such encoding.
Status checkP256Point(ByteView point);

// P256Key is a private key with its public point. Its operations may run on several threads.
class P256Key {
 public:
  // generate draws the scalar from `random` and nothing else: the same bytes give the same key.
  static P256Key generate(base::Random& random);

  // fromScalar: kMalformed when it is not 32 bytes of a number from 1 to n - 1.
  static Result<P256Key> fromScalar(const SecretBytes& scalar);

  [[nodiscard]] SecretBytes scalar() const;
  [[nodiscard]] const Bytes& publicPoint() const { return publicPoint_; }

  // agree gives the 32-byte x of the shared point. It goes into a KDF, never into a cipher.
  // kMalformed: as checkP256Point.
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const;

  // sign gives ECDSA-SHA-256 of `message`. The nonce is the library's own, so two signatures of one
  // message differ.
  [[nodiscard]] Bytes sign(ByteView message) const;

 private:
  P256Key(PkeyPtr key, Bytes publicPoint)
      : key_(std::move(key)), publicPoint_(std::move(publicPoint)) {}

  PkeyPtr key_;
  Bytes publicPoint_;
};

// P256PublicKey is a point that was checked, ready to verify with, on several threads.
class P256PublicKey {
 public:
  // fromPoint: kMalformed: as checkP256Point.
  static Result<P256PublicKey> fromPoint(ByteView point);

  [[nodiscard]] const Bytes& point() const { return point_; }

  // verify: kUnauthenticated when `signature` is not 64 bytes that sign `message`.
  [[nodiscard]] Status verify(ByteView message, ByteView signature) const;

 private:
  P256PublicKey(PkeyPtr key, Bytes point) : key_(std::move(key)), point_(std::move(point)) {}

  PkeyPtr key_;
  Bytes point_;
};

}  // namespace florin::crypto
