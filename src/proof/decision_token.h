// DecisionToken is an issuer's "yes" to a card that its wallet carries along (wallet-api 3): a JWT
// (RFC 7519) that the issuer signed beforehand, RS256, PS256 or ES256.
//
//   header  {"alg":"ES256","kid":"<the issuer's name of its key>"}        others are passed over
//   claims  {"iss":"<issuer id>","iat":seconds,"exp":seconds,
//            "sub":"<lowercase hex SHA-256 of the card data's nonce>",
//            "card":"<lowercase hex SHA-256 of nonce "." fpan "." exp>"}   "aud", if it is there:
//                                                                          the backend's id
//
// The nonce alone would not do: card data is encrypted and not authenticated, so whoever carries it
// can put other digits under the same nonce (docs/adr/0008-decision-tokens-name-the-card.md).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/verification_key.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "proof/capture.h"

namespace florin::proof {

// IssuerKey is a key that an issuer signs decisions with.
struct IssuerKey {
  base::TenantId issuer;
  std::string keyId;  // 1 to limits::kKeyName characters
  crypto::VerificationKey key;
  bool nonceOnly = false;  // its tokens need not have "card"
};

// cardHashOf gives the claim "card".
std::string cardHashOf(const CardData& card);

struct DecisionToken {
  crypto::JwsAlgorithm algorithm = crypto::JwsAlgorithm::kEs256;
  std::string keyId;
  base::TenantId issuer;
  std::string nonceHash;                // 64 hexadecimal digits
  std::optional<std::string> cardHash;  // the same
  std::optional<std::string> audience;  // none: any backend
  base::Time issued;
  base::Time notBefore;  // the later of "iat" and "nbf"
  base::Time expires;
  Bytes signedPart;
  Bytes signature;
};

// decodeDecisionToken takes a token apart and verifies nothing. kMalformed, kTooLarge: it has not
// the form above; another algorithm, "none" among them, has not; nor has a header that wants
// something understood ("crit", "b64").
Result<DecisionToken> decodeDecisionToken(std::string_view token);

// What the token must be about.
struct DecisionSubject {
  base::TenantId issuer;  // of the card
  const CardData& card;
  std::string_view backendId;
};

// verifyDecisionToken gives the token when it is the issuer's word on this card at this time: it
// lives limits::kDecisionTokenLifetime at most, and clocks may differ by
// limits::kDecisionTokenSkew. kMalformed, kTooLarge: its form. kUnauthenticated: anything else.
// Whether its nonce was used before is the caller's to know.
Result<DecisionToken> verifyDecisionToken(std::string_view token, std::span<const IssuerKey> keys,
                                          const DecisionSubject& subject, base::Time now);

}  // namespace florin::proof
