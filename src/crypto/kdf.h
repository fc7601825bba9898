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

// ScryptCost is how dear one guess is: 128 * r * n bytes of memory, passed over p times.
struct ScryptCost {
  std::uint64_t n = 0;  // a power of two, 2 or more
  std::uint32_t r = 0;
  std::uint32_t p = 0;
};

// scrypt gives `length` bytes. The cost may come from a file or a peer. kUnsupported: it is not a
// cost of RFC 7914, or needs more memory than limits::kScryptMemory.
Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, const ScryptCost& cost,
                           std::size_t length);

// The same with the three numbers one by one.
inline Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, std::uint64_t n,
                                  std::uint32_t r, std::uint32_t p, std::size_t length) {
  return scrypt(password, salt, ScryptCost{n, r, p}, length);
}

}  // namespace florin::crypto
