// Base64 in the two forms that Florin meets (RFC 4648): base64url without padding for ids, nonces
// and keys in JSON, and the standard alphabet with padding for HTTP structured fields (RFC 9421,
// RFC 9530). Each byte string has one text: whatever toX would not write, fromX refuses.
#pragma once

#include <string>
#include <string_view>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

// toBase64Url writes RFC 4648 section 5 without padding.
std::string toBase64Url(ByteView bytes);

// fromBase64Url: kMalformed with the offset as detail for padding, white space, another character,
// a length that cannot be, or trailing bits that are not zero.
Result<Bytes> fromBase64Url(std::string_view text);

// toBase64 writes RFC 4648 section 4 with padding.
std::string toBase64(ByteView bytes);

// fromBase64 is fromBase64Url for the standard alphabet; the padding must be there.
Result<Bytes> fromBase64(std::string_view text);

}  // namespace florin::codec
