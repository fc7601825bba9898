// Internal to this room: private keys as PKCS#8 (RFC 5208).
#pragma once

#include "crypto/openssl_handles.h"

namespace florin::crypto {

SecretBytes encodePkcs8(const EVP_PKEY* key);

// decodePkcs8 gives null when it is not exactly one private key. An ErrorQueueGuard stands around.
PkeyPtr decodePkcs8(const SecretBytes& der);

}  // namespace florin::crypto
