// AccessToken lets a wallet read the history of one of its cards: a JWT (RFC 7519), ES256 by the
// backend's identity key. It is good for its wallet and card only, and for a short time.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::proof {

struct AccessClaims {
  std::string backendId;  // "iss" and "aud"
  base::DigitalCardId digitalCardId;
  base::WalletId walletId;
  base::Time issued;
  base::Time expires;

  bool operator==(const AccessClaims&) const = default;
};

// signedPart gives what is signed: header and claims. accessToken adds the signature, 64 bytes.
std::string signedPart(const AccessClaims& claims);
std::string accessToken(const std::string& signedPart, ByteView signature);

// decodeAccessToken takes a token apart. kMalformed: it is none of this form, by its header too: an
// `alg` of the sender's choice never gets to a verification.
struct ReadToken {
  AccessClaims claims;
  Bytes signedPart;
  Bytes signature;
};
Result<ReadToken> decodeAccessToken(std::string_view token);

// verifyAccessToken: kUnauthenticated: not signed by `identityKey` (a point), or not within its
// time, which begins limits::kSignatureWindow earlier.
Result<AccessClaims> verifyAccessToken(std::string_view token, ByteView identityKey,
                                       base::Time now);

}  // namespace florin::proof
