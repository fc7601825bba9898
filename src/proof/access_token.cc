#include "proof/access_token.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/base64url.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "crypto/p256.h"
#include "proof/jwt.h"

namespace florin::proof {
namespace {

namespace limits = base::limits;

constexpr std::string_view kHeader = R"({"alg":"ES256","typ":"JWT"})";
constexpr std::size_t kSignature = 64;
constexpr std::int64_t kLastTime = 253'402'300'799;  // 9999-12-31, seconds

std::int64_t secondsOf(base::Time time) { return base::toMs(time) / 1000; }

Result<AccessClaims> readClaims(ByteView json) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(json)));
  codec::JsonReader reader(document);
  AccessClaims claims;
  FLORIN_TRY_ASSIGN(claims.backendId, reader.string("iss", 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(const std::string audience, reader.string("aud", 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(claims.digitalCardId, reader.id<base::DigitalCardId>("sub"));
  FLORIN_TRY_ASSIGN(claims.walletId, reader.id<base::WalletId>("walletId"));
  FLORIN_TRY_ASSIGN(const std::int64_t issued, reader.integer("iat", 0, kLastTime));
  FLORIN_TRY_ASSIGN(const std::int64_t expires, reader.integer("exp", 0, kLastTime));
  FLORIN_TRY(reader.finish());
  if (audience != claims.backendId) return Error(Code::kMalformed, "access token of another kind");
  claims.issued = base::fromMs(issued * 1000);
  claims.expires = base::fromMs(expires * 1000);
  return claims;
}

}  // namespace

std::string signedPart(const AccessClaims& claims) {
  const std::string body = codec::JsonObject()
                               .add("iss", std::string_view(claims.backendId))
                               .add("aud", std::string_view(claims.backendId))
                               .add("sub", claims.digitalCardId)
                               .add("walletId", claims.walletId)
                               .add("iat", secondsOf(claims.issued))
                               .add("exp", secondsOf(claims.expires))
                               .text();
  return codec::toBase64Url(base::asBytes(kHeader)) + "." + codec::toBase64Url(base::asBytes(body));
}

std::string accessToken(const std::string& signedPart, ByteView signature) {
  return signedPart + "." + codec::toBase64Url(signature);
}

Result<ReadToken> decodeAccessToken(std::string_view token) {
  const Error malformed(Code::kMalformed, "not an access token");
  const auto parts = splitJwt(token, limits::kAccessToken);
  if (!parts.ok() || base::asText(parts->header) != kHeader) return malformed;
  if (parts->signature.size() != kSignature) return malformed;
  ReadToken read;
  FLORIN_TRY_ASSIGN(read.claims, readClaims(parts->claims));
  read.signature = parts->signature;
  read.signedPart = base::toBytes(base::asBytes(parts->signedPart));
  return read;
}

Result<AccessClaims> verifyAccessToken(std::string_view token, ByteView identityKey,
                                       base::Time now) {
  FLORIN_TRY_ASSIGN(ReadToken read, decodeAccessToken(token));
  FLORIN_TRY_ASSIGN(const auto key, crypto::P256PublicKey::fromPoint(identityKey));
  FLORIN_TRY(key.verify(read.signedPart, read.signature));
  if (now + limits::kSignatureWindow < read.claims.issued || now >= read.claims.expires) {
    return Error(Code::kUnauthenticated, "the access token is not of this time");
  }
  return std::move(read.claims);
}

}  // namespace florin::proof
