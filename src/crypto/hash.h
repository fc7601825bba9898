// Hashes. Nothing here can fail on input.
#pragma once

#include <array>
#include <cstdint>

#include "crypto/opaque.h"
#include "florin/bytes.h"

namespace florin::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView data);

// sha1 is for EMV offline data authentication (Book 2, B2.1) only: it is not collision resistant.
std::array<std::uint8_t, 20> sha1(ByteView data);

// Sha256 hashes what comes in parts: Sha256().update(a).update(b).finish(). It is finished once.
class Sha256 {
 public:
  Sha256();
  Sha256& update(ByteView data);
  Digest finish();

 private:
  MdCtxPtr context_;
};

}  // namespace florin::crypto
