// AES-CMAC (RFC 4493, NIST SP 800-38B).
#pragma once

#include <array>
#include <cstdint>

#include "florin/bytes.h"

namespace florin::crypto {

// aesCmac gives the whole 16-byte tag. A key that is not 16, 24 or 32 bytes is a programmer's
// error. Compare tags with crypto::equal.
std::array<std::uint8_t, 16> aesCmac(const SecretBytes& key, ByteView data);

}  // namespace florin::crypto
