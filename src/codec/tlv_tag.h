// Tags alone, as TLV objects and data object lists share them (EMV Book 3, annex B2).
#pragma once

#include <cstdint>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

// readTlvTag reads the tag at `at`, which is at most bytes.size(), and moves `at` behind it.
// kMalformed with the offset as detail: it is cut, longer than 3 bytes or has a leading zero.
Result<std::uint32_t> readTlvTag(ByteView bytes, std::size_t& at);

// appendTlvTag writes a tag that isTlvTag.
void appendTlvTag(Bytes& to, std::uint32_t tag);

}  // namespace florin::codec
