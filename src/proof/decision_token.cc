#include "proof/decision_token.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "proof/jwt.h"

namespace florin::proof {
namespace {

namespace limits = base::limits;
using crypto::JwsAlgorithm;

constexpr std::size_t kAlgorithmName = 5;
constexpr std::size_t kHash = 64;
constexpr std::int64_t kLastTime = 253'402'300'799;  // 9999-12-31, seconds

Error refused(Literal text) { return {Code::kUnauthenticated, text}; }

Result<JwsAlgorithm> algorithmOf(std::string_view name) {
  if (name == "RS256") return JwsAlgorithm::kRs256;
  if (name == "PS256") return JwsAlgorithm::kPs256;
  if (name == "ES256") return JwsAlgorithm::kEs256;
  return Error(Code::kMalformed, "signed by another algorithm");
}

Status readHeader(const Bytes& json, DecisionToken& token) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(json)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const std::string algorithm, reader.string("alg", 1, kAlgorithmName));
  FLORIN_TRY_ASSIGN(token.algorithm, algorithmOf(algorithm));
  FLORIN_TRY_ASSIGN(token.keyId, reader.string("kid", 1, limits::kKeyName));
  if (reader.has("crit") || reader.has("b64")) {
    return Error(Code::kMalformed, "the header wants something understood");
  }
  return {};
}

// aud is one name, or a list of one (RFC 7519, 4.1.3): a token for several backends is for none.
Status readAudience(codec::JsonReader& reader, DecisionToken& token) {
  if (!reader.has("aud")) return {};
  const auto names = reader.array("aud", 1);
  if (names.ok() && names->size() == 1 && (*names)[0].isString()) {
    token.audience = std::string((*names)[0].text());
    return {};
  }
  FLORIN_TRY_ASSIGN(token.audience, reader.string("aud", 0, limits::kDisplayName));
  return {};
}

Status readClaims(const Bytes& json, DecisionToken& token) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(json)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(token.issuer, reader.id<base::TenantId>("iss"));
  FLORIN_TRY_ASSIGN(token.nonceHash, reader.string("sub", kHash, kHash));
  FLORIN_TRY_ASSIGN(token.cardHash, reader.optionalString("card", kHash, kHash));
  FLORIN_TRY_ASSIGN(const std::int64_t issued, reader.integer("iat", 0, kLastTime));
  FLORIN_TRY_ASSIGN(const std::int64_t expires, reader.integer("exp", 0, kLastTime));
  FLORIN_TRY(readAudience(reader, token));
  FLORIN_TRY_ASSIGN(const auto notBefore, reader.optionalInteger("nbf", 0, kLastTime));
  token.issued = base::fromMs(issued * 1000);
  token.notBefore = base::fromMs(std::max(issued, notBefore.value_or(0)) * 1000);
  token.expires = base::fromMs(expires * 1000);
  return {};
}

bool same(std::string_view a, std::string_view b) {
  return crypto::equal(base::asBytes(a), base::asBytes(b));
}

Status checkCard(const DecisionToken& token, const IssuerKey& key, const CardData& card) {
  const std::string nonceHash = base::toHex(crypto::sha256(base::asBytes(card.nonce)));
  if (!same(token.nonceHash, nonceHash)) return refused("the token is of another card's nonce");
  if (!token.cardHash) {
    if (key.nonceOnly) return {};
    return refused("the token does not name the card");
  }
  if (!same(*token.cardHash, cardHashOf(card))) return refused("the token is of another card");
  return {};
}

Status checkTime(const DecisionToken& token, base::Time now) {
  if (token.notBefore > now + limits::kDecisionTokenSkew)
    return refused("the token is of the future");
  if (token.expires <= now - limits::kDecisionTokenSkew) return refused("the token has expired");
  if (token.expires <= token.issued ||
      token.expires - token.issued > limits::kDecisionTokenLifetime) {
    return refused("the token lives too long, or not at all");
  }
  return {};
}

}  // namespace

std::string cardHashOf(const CardData& card) {
  crypto::Sha256 hash;
  hash.update(base::asBytes(card.nonce)).update(base::asBytes("."));
  hash.update(card.pan.expose()).update(base::asBytes(".")).update(base::asBytes(card.expiry));
  return base::toHex(hash.finish());
}

Result<DecisionToken> decodeDecisionToken(std::string_view text) {
  FLORIN_TRY_ASSIGN(JwtParts parts, splitJwt(text, limits::kDecisionToken));
  DecisionToken token;
  FLORIN_TRY(readHeader(parts.header, token));
  FLORIN_TRY(readClaims(parts.claims, token));
  token.signedPart = base::toBytes(base::asBytes(parts.signedPart));
  token.signature = std::move(parts.signature);
  return token;
}

Result<DecisionToken> verifyDecisionToken(std::string_view text, std::span<const IssuerKey> keys,
                                          const DecisionSubject& subject, base::Time now) {
  FLORIN_TRY_ASSIGN(DecisionToken token, decodeDecisionToken(text));
  if (token.issuer != subject.issuer) return refused("the token is not of the card's issuer");
  const auto key = std::ranges::find_if(keys, [&](const IssuerKey& known) {
    return known.issuer == token.issuer && known.keyId == token.keyId;
  });
  if (key == keys.end()) return refused("the issuer has no key of this name");
  FLORIN_TRY(key->key.verify(token.algorithm, token.signedPart, token.signature));
  FLORIN_TRY(checkCard(token, *key, subject.card));
  if (token.audience && *token.audience != subject.backendId) {
    return refused("the token is for another backend");
  }
  FLORIN_TRY(checkTime(token, now));
  return token;
}

}  // namespace florin::proof
