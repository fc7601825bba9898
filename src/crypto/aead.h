// AES-256-GCM (NIST SP 800-38D), 12-byte nonces, 16-byte tags. A nonce is used once per key: who
// draws it at random seals at most 2^32 times under one key.
#pragma once

#include <cstddef>

#include "crypto/opaque.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

inline constexpr std::size_t kGcmKey = 32;
inline constexpr std::size_t kGcmNonce = 12;
inline constexpr std::size_t kGcmTag = 16;

// AesGcm seals and opens under one key, whose schedule is computed once. Another size of key or
// nonce is a programmer's error. Not thread-safe.
class AesGcm {
 public:
  explicit AesGcm(const SecretBytes& key);

  // seal gives ciphertext || tag.
  Bytes seal(ByteView nonce, ByteView aad, ByteView plaintext);

  // open gives the plaintext. kUnauthenticated: key, nonce, aad or any bit of `sealed` is not what
  // it was, or `sealed` is shorter than a tag; nothing of the plaintext leaves then.
  Result<SecretBytes> open(ByteView nonce, ByteView aad, ByteView sealed);

 private:
  CipherCtxPtr context_;
};

// aesGcmSeal and aesGcmOpen are AesGcm for a key that is used once.
Bytes aesGcmSeal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView plaintext);
Result<SecretBytes> aesGcmOpen(const SecretBytes& key, ByteView nonce, ByteView aad,
                               ByteView sealed);

}  // namespace florin::crypto
