// Two-key triple DES and the MAC that EMV builds on it. Payment schemes ask for it; nothing else of
// Florin uses it. Keys are 16 bytes K1 || K2, blocks 8 bytes; parity bits are ignored. Another size
// is a programmer's error.
#pragma once

#include <array>
#include <cstdint>

#include "florin/bytes.h"

namespace florin::crypto {

using DesBlock = std::array<std::uint8_t, 8>;

DesBlock tdesEncryptBlock(const SecretBytes& key, ByteView block);
DesBlock tdesDecryptBlock(const SecretBytes& key, ByteView block);

// tdesEcbEncrypt encrypts each block on its own; for key derivation (EMV Book 2, A1). `blocks` is a
// multiple of 8 bytes, at least one block.
SecretBytes tdesEcbEncrypt(const SecretBytes& key, ByteView blocks);

// macAlgorithm3 is ISO/IEC 9797-1 MAC algorithm 3 ("retail MAC"; EMV Book 2, A1.2.1): single DES in
// CBC mode under K1, the last block under all of K1, K2, K1. `paddedData` is a multiple of 8 bytes,
// at least one block.
DesBlock macAlgorithm3(const SecretBytes& key, ByteView paddedData);

// padMethod1 appends zeros up to a multiple of 8 bytes, none if it is one already; empty data
// becomes one block of zeros (ISO/IEC 9797-1, 6.3.2).
Bytes padMethod1(ByteView data);

// padMethod2 appends 80, then zeros up to a multiple of 8 bytes (ISO/IEC 9797-1, 6.3.3).
Bytes padMethod2(ByteView data);

}  // namespace florin::crypto
