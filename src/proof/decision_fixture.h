// For tests: an issuer's key as a verifier knows it, and the decisions that the issuer signs.
#pragma once

#include <string>

#include "base/bytes.h"
#include "codec/base64url.h"
#include "codec/json_writer.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "proof/decision_token.h"

namespace florin::proof {

inline std::string pemOf(ByteView spki) {
  return "-----BEGIN PUBLIC KEY-----\n" + codec::toBase64(spki) + "\n-----END PUBLIC KEY-----\n";
}

inline std::string pemOf(const crypto::P256Key& key) {
  const Bytes prefix =
      base::fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200").value();
  return pemOf(base::concat(prefix, key.publicPoint()));
}

inline IssuerKey issuerKeyOf(const base::TenantId& issuer, const std::string& name,
                             const crypto::P256Key& key) {
  return {issuer, name, crypto::VerificationKey::fromPem(pemOf(key)).value(), false};
}

inline std::string jwtText(std::string_view header, std::string_view claims) {
  return codec::toBase64Url(base::asBytes(header)) + "." +
         codec::toBase64Url(base::asBytes(claims));
}

inline std::string signJwt(std::string_view header, std::string_view claims,
                           const crypto::P256Key& key) {
  const std::string text = jwtText(header, claims);
  return text + "." + codec::toBase64Url(key.sign(base::asBytes(text)));
}

// decisionClaims is a yes to the card.
inline codec::JsonObject decisionClaims(const base::TenantId& issuer, const CardData& card,
                                        base::Time issued, base::Time expires) {
  codec::JsonObject json;
  json.add("iss", issuer)
      .add("iat", base::toMs(issued) / 1000)
      .add("exp", base::toMs(expires) / 1000)
      .addHex("sub", crypto::sha256(base::asBytes(card.nonce)))
      .add("card", cardHashOf(card));
  return json;
}

}  // namespace florin::proof
