// X25519 (RFC 7748). Florin's own protocols use P-256; this is here so that the published Noise
// vectors check the pattern code (D6). Scalars and points are 32 bytes.
#pragma once

#include "base/random.h"
#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

inline constexpr std::size_t kX25519Size = 32;

// X25519Key is a private key with its public point.
class X25519Key {
 public:
  // generate draws 32 bytes from `random`.
  static X25519Key generate(base::Random& random);

  // fromScalar: kMalformed when it is not 32 bytes. Every 32 bytes are a key.
  static Result<X25519Key> fromScalar(const SecretBytes& scalar);

  [[nodiscard]] SecretBytes scalar() const;
  [[nodiscard]] const Bytes& publicPoint() const { return publicPoint_; }

  // agree gives the 32-byte shared value. kMalformed: the peer's point is not 32 bytes, or has so
  // small an order that the value would be zero (RFC 7748, 6.1).
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const;

 private:
  X25519Key(PkeyPtr key, Bytes publicPoint)
      : key_(std::move(key)), publicPoint_(std::move(publicPoint)) {}

  PkeyPtr key_;
  Bytes publicPoint_;
};

}  // namespace florin::crypto
