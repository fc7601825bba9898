// RSA (RFC 8017): OAEP with SHA-256 for both the hash and MGF1, no label (7.1), the transport of
// the content key of a card capture (cms.h); PKCS#1 v1.5 signatures with SHA-256 (8.2), which JWT
// calls RS256.
#pragma once

#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// The sizes that we take: SP 800-131A wants the first, and one beyond the last costs who verifies
// too much.
inline constexpr int kRsaMinBits = 2048;
inline constexpr int kRsaMaxBits = 4096;

// RsaKey is a private key. Its operations may run on several threads.
class RsaKey {
 public:
  // generate makes a key of `bits`, 2048 to 4096, with exponent 65537. It takes a while, and its
  // randomness is the library's own. Another size is a programmer's error.
  static RsaKey generate(unsigned bits);

  // fromPrivateDer reads PKCS#8. kMalformed: it is not exactly one RSA private key of 2048 to 4096
  // bits.
  static Result<RsaKey> fromPrivateDer(const SecretBytes& der);

  // fromPrivatePem is the same for the first "PRIVATE KEY" of a PEM text.
  static Result<RsaKey> fromPrivatePem(const SecretBytes& pem);

  // privateDer gives PKCS#8, publicDer SubjectPublicKeyInfo.
  [[nodiscard]] SecretBytes privateDer() const;
  [[nodiscard]] const Bytes& publicDer() const { return publicDer_; }

  // decryptOaepSha256: kUnauthenticated when `ciphertext` was not made for this key, whatever is
  // wrong with it.
  [[nodiscard]] Result<SecretBytes> decryptOaepSha256(ByteView ciphertext) const;

  // signSha256 gives the signature of `message`, as long as the modulus.
  [[nodiscard]] Bytes signSha256(ByteView message) const;

 private:
  RsaKey(PkeyPtr key, Bytes publicDer) : key_(std::move(key)), publicDer_(std::move(publicDer)) {}

  PkeyPtr key_;
  Bytes publicDer_;
};

// rsaOaepSha256Encrypt: kMalformed when `spkiDer` is not one RSA public key of 2048 to 4096 bits,
// kTooLarge when the plaintext is longer than the modulus less 66 bytes.
Result<Bytes> rsaOaepSha256Encrypt(ByteView spkiDer, ByteView plaintext);

}  // namespace florin::crypto
