#include "proof/jwt.h"

#include "codec/base64url.h"

namespace florin::proof {

Result<JwtParts> splitJwt(std::string_view token, std::size_t maxBytes) {
  if (token.size() > maxBytes) return Error(Code::kTooLarge, "the token is too long");
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return Error(Code::kMalformed, "not a token of three parts");
  }
  JwtParts parts;
  FLORIN_TRY_ASSIGN(parts.header, codec::fromBase64Url(token.substr(0, first)));
  FLORIN_TRY_ASSIGN(parts.claims,
                    codec::fromBase64Url(token.substr(first + 1, second - first - 1)));
  FLORIN_TRY_ASSIGN(parts.signature, codec::fromBase64Url(token.substr(second + 1)));
  parts.signedPart = token.substr(0, second);
  return parts;
}

}  // namespace florin::proof
