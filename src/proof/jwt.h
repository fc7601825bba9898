// A JWT in compact form (RFC 7515, 7.1): base64url of header, claims and signature, with dots
// between. What stands in them is the business of each kind of token.
#pragma once

#include <string_view>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::proof {

struct JwtParts {
  Bytes header;  // JSON
  Bytes claims;  // JSON
  Bytes signature;
  std::string_view signedPart;  // of the token's text
};

// splitJwt: kTooLarge: over `maxBytes`. kMalformed: not three parts of base64url.
Result<JwtParts> splitJwt(std::string_view token, std::size_t maxBytes);

}  // namespace florin::proof
