// AES key wrap with padding (RFC 5649, NIST SP 800-38F KWP; PKCS#11 CKM_AES_KEY_WRAP_KWP): a key
// under a key, authenticated, without a nonce. Wrapping the same key twice gives the same bytes.
#pragma once

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// kwpWrap gives 8 bytes more than `key` rounded up to 8. The kek is 16, 24 or 32 bytes and `key`
// has at least one; anything else is a programmer's error.
Bytes kwpWrap(const SecretBytes& kek, const SecretBytes& key);

// kwpUnwrap gives the key with its original length. kUnauthenticated: another kek, or any bit of
// `wrapped` is not what it was, or it is no wrapped key at all.
Result<SecretBytes> kwpUnwrap(const SecretBytes& kek, ByteView wrapped);

}  // namespace florin::crypto
