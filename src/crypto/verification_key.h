// VerificationKey is somebody else's public key, out of a PEM file, with which the signatures of
// his JWTs are checked (RFC 7518, 3.1).
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "crypto/opaque.h"
#include "crypto/p256.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

enum class JwsAlgorithm : std::uint8_t {
  kRs256 = 1,  // RSASSA-PKCS1-v1_5, SHA-256
  kPs256 = 2,  // RSASSA-PSS, SHA-256 for hash and MGF1, salt of 32 bytes
  kEs256 = 3,  // ECDSA with P-256 and SHA-256, r || s
};

class VerificationKey {
 public:
  // fromPem reads the one "PUBLIC KEY" of the text: RSA of 2048 to 4096 bits, or P-256. kMalformed:
  // there is none, or it is another.
  static Result<VerificationKey> fromPem(std::string_view pem);

  // verify: kUnauthenticated: `signature` does not sign `message`, or the key is not one of
  // `algorithm`. Thread-safe.
  [[nodiscard]] Status verify(JwsAlgorithm algorithm, ByteView message, ByteView signature) const;

 private:
  explicit VerificationKey(PkeyPtr rsa) : key_(std::move(rsa)) {}
  explicit VerificationKey(P256PublicKey p256) : key_(std::move(p256)) {}

  std::variant<PkeyPtr, P256PublicKey> key_;
};

}  // namespace florin::crypto
