// Key derivation: HKDF-SHA-256 (RFC 5869) from keys, scrypt (RFC 7914) from passwords.
#pragma once

#include <cstddef>
#include <cstdint>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// hkdfExtract gives the 32-byte pseudorandom key. An empty salt stands for 32 zero bytes.
SecretBytes hkdfExtract(ByteView salt, const SecretBytes& ikm);

// hkdfExpand gives `length` bytes. More than 255 * 32 is a programmer's error.
SecretBytes hkdfExpand(const SecretBytes& prk, ByteView info, std::size_t length);

// hkdf is extract, then expand.
SecretBytes hkdf(const SecretBytes& ikm, ByteView salt, ByteView info, std::size_t length);

// scrypt gives `length` bytes. One guess costs 128 * r * n bytes of memory, passed over p times;
// the numbers may come from a file or a peer. kUnsupported: they are not a cost of RFC 7914 (n is a
// power of two), or exceed limits::kScryptMemory or limits::kScryptWork.
Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, std::uint64_t n,
                           std::uint32_t r, std::uint32_t p, std::size_t length);

}  // namespace florin::crypto
