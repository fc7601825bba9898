// AES as a bare block cipher, for key derivation only. To protect data use aead.h.
#pragma once

#include <array>
#include <cstdint>

#include "florin/bytes.h"

namespace florin::crypto {

// aesEcbEncrypt encrypts each 16-byte block on its own and gives as many bytes: the derivation of
// PKCS#11's CKM_AES_ECB_ENCRYPT_DATA, so that an HSM gives the same key (D8). The key is 16 or 32
// bytes, the blocks a multiple of 16 and at least one; anything else is a programmer's error.
SecretBytes aesEcbEncrypt(const SecretBytes& key, ByteView blocks);

// aesEncryptBlock encrypts one block of 16 bytes under a key of 16 or 32.
std::array<std::uint8_t, 16> aesEncryptBlock(const SecretBytes& key, ByteView block);

}  // namespace florin::crypto
