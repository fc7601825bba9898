// HMAC-SHA-256 (RFC 2104, FIPS 198-1). Keys may have any length, also none.
#pragma once

#include <initializer_list>

#include "crypto/hash.h"

namespace florin::crypto {

// hmacSha256 gives the 32-byte tag of `data`, which is public.
Digest hmacSha256(const SecretBytes& key, ByteView data);

// verifyHmac compares in constant time. A tag that is not 32 bytes does not verify.
[[nodiscard]] bool verifyHmac(const SecretBytes& key, ByteView data, ByteView tag);

// hmacSecret is for key derivation: the 32 bytes over the joined `parts` are themselves secret.
SecretBytes hmacSecret(ByteView key, std::initializer_list<ByteView> parts);

}  // namespace florin::crypto
