#include "proof/capture.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "codec/luhn.h"
#include "codec/utf8.h"
#include "crypto/cms.h"

namespace florin::proof {
namespace {

constexpr std::size_t kPanMin = 12;
constexpr std::size_t kPanMax = 19;
constexpr std::size_t kCvvMin = 3;
constexpr std::size_t kCvvMax = 4;
constexpr std::size_t kExpirySize = 4;
constexpr std::size_t kNameMax = 64;
constexpr std::size_t kNonceMax = 50;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNonceCharacter(char c) {
  return isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool isExpiry(std::string_view text) {
  if (text.size() != kExpirySize || !std::all_of(text.begin(), text.end(), isDigit)) return false;
  const std::string_view month = text.substr(0, 2);
  return month >= "01" && month <= "12";
}

bool isCvv(std::string_view text) {
  return text.size() >= kCvvMin && text.size() <= kCvvMax &&
         std::all_of(text.begin(), text.end(), isDigit);
}

bool isName(std::string_view text) { return text.size() <= kNameMax && codec::isPrintable(text); }

bool isNonce(std::string_view text) {
  return !text.empty() && text.size() <= kNonceMax &&
         std::all_of(text.begin(), text.end(), isNonceCharacter);
}

Error invalid(Literal text) { return {Code::kInvalidArgument, text}; }

}  // namespace

Status checkCardData(const CardData& card) {
  const std::size_t panSize = card.pan.size();
  if (panSize < kPanMin || panSize > kPanMax || !codec::luhnValid(card.pan.expose())) {
    return invalid("PAN is not 12 to 19 digits valid by Luhn");
  }
  if (!isExpiry(card.expiry)) return invalid("expiry is not MMYY");
  if (!card.cvv.empty() && !isCvv(base::asText(card.cvv.expose()))) {
    return invalid("CVV is not 3 or 4 digits");
  }
  if (!isName(card.name)) return invalid("name is not up to 64 printable bytes");
  if (!isNonce(card.nonce)) return invalid("nonce is not 1 to 50 characters of its alphabet");
  return {};
}

Result<SecretBytes> encodeCardData(const CardData& card) {
  FLORIN_TRY(checkCardData(card));
  codec::JsonObject json;
  json.addSecret("fpan", card.pan).add("exp", card.expiry);
  if (!card.cvv.empty()) json.addSecret("cvv", card.cvv);
  json.add("name", card.name).add("nonce", card.nonce);
  return json.secretText();
}

Result<CardData> decodeCardData(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(json.expose())));
  codec::JsonReader reader(document);
  CardData card;
  FLORIN_TRY_ASSIGN(card.pan, reader.secret("fpan", kPanMin, kPanMax));
  FLORIN_TRY_ASSIGN(card.expiry, reader.string("exp", kExpirySize, kExpirySize));
  FLORIN_TRY_ASSIGN(auto cvv, reader.optionalSecret("cvv", kCvvMin, kCvvMax));
  if (cvv.has_value()) card.cvv = std::move(*cvv);
  FLORIN_TRY_ASSIGN(card.name, reader.string("name", 0, kNameMax));
  FLORIN_TRY_ASSIGN(card.nonce, reader.string("nonce", 1, kNonceMax));
  FLORIN_TRY(reader.finish());
  if (!checkCardData(card).ok()) return Error(Code::kMalformed, "card data has not its form");
  return card;
}

Result<Bytes> sealCardData(ByteView spkiDer, const CardData& card) {
  FLORIN_TRY_ASSIGN(const SecretBytes json, encodeCardData(card));
  return crypto::cmsEnvelop(spkiDer, json.expose());
}

}  // namespace florin::proof
