// Internal to this room: a block cipher over whole blocks, without padding of its own.
#pragma once

#include "crypto/openssl_handles.h"

namespace florin::crypto {

enum class Direction : int { kDecrypt = 0, kEncrypt = 1 };

// runBlocks reads `in` and writes as many bytes to `out`. Key, iv (none for ECB) and `in` have the
// sizes that the cipher asks for; anything else is a programmer's error.
void runBlocks(const EVP_CIPHER* cipher, ByteView key, ByteView iv, Direction direction,
               ByteView in, std::span<std::uint8_t> out);

// fetchCipher is for the initialiser of a static const holder.
CipherPtr fetchCipher(const char* name);

}  // namespace florin::crypto
