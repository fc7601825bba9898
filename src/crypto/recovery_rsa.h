// RSA with message recovery, as EMV certificates and dynamic signatures use it (EMV Book 2, annex
// A2.1, B2.1): the bare function, on a block that the caller has made. Keys are of 1024 to 1984
// bits: the schemes' sizes, too short for anything else.
#pragma once

#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

inline constexpr unsigned kRecoveryMinBits = 1024;
inline constexpr unsigned kRecoveryMaxBits = 1984;

// RecoveryPublicKey: modulus without leading zeros; exponent 3 or 65537, as short as it is.
struct RecoveryPublicKey {
  Bytes modulus;
  Bytes exponent;
  friend bool operator==(const RecoveryPublicKey&, const RecoveryPublicKey&) = default;
};

// RecoveryKey is a private key. Its operations may run on several threads.
class RecoveryKey {
 public:
  // generate makes a key with exponent 3; `bits` is a multiple of 8 within the bounds above,
  // another is a programmer's error. It takes tens of milliseconds, and its randomness is the
  // library's own.
  static RecoveryKey generate(unsigned bits);

  // fromPrivateDer reads PKCS#8. kMalformed: it is not exactly one RSA key of these sizes.
  static Result<RecoveryKey> fromPrivateDer(const SecretBytes& der);
  [[nodiscard]] SecretBytes privateDer() const;

  [[nodiscard]] const RecoveryPublicKey& publicKey() const { return public_; }

  // sign gives the signature of a block, both as long as the modulus. A block of another length, or
  // that is not below the modulus, is a programmer's error; one that begins with 6A is below.
  [[nodiscard]] Bytes sign(ByteView block) const;

 private:
  RecoveryKey(PkeyPtr key, RecoveryPublicKey known)
      : key_(std::move(key)), public_(std::move(known)) {}

  PkeyPtr key_;
  RecoveryPublicKey public_;
};

// recoverBlock gives the block under a signature. kMalformed: the key is none of these, or the
// signature is not as long as its modulus or not below it.
Result<Bytes> recoverBlock(const RecoveryPublicKey& key, ByteView signature);

}  // namespace florin::crypto
