#include "messages/digitize.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "codec/small_forms.h"
#include "messages/json_name.h"
#include "messages/json_time.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;
using codec::JsonObject;
using codec::JsonReader;
using codec::JsonValue;

constexpr std::size_t kTermsId = 32;
constexpr std::size_t kPushSessionId = 32;
constexpr std::string_view kTermsTypes[] = {"text/plain", "text/html"};

Error malformed(Literal text) { return {Code::kMalformed, text}; }

// The writer's own times are never negative.
std::int64_t timeMs(base::Time time) { return std::max<std::int64_t>(0, base::toMs(time)); }

std::string_view decisionName(Decision decision) {
  switch (decision) {
    case Decision::kGreen: return "green";
    case Decision::kYellow: return "yellow";
    case Decision::kRed: break;
  }
  return "red";
}

Result<Decision> readDecision(JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("decision", 3, 6));
  for (const Decision decision : {Decision::kGreen, Decision::kYellow, Decision::kRed}) {
    if (text == decisionName(decision)) return decision;
  }
  return malformed("unknown decision");
}

Result<std::string> readLanguage(JsonReader& reader) {
  FLORIN_TRY_ASSIGN(std::string text, reader.string("language", 2, 2));
  if (!codec::isLanguage(text)) return malformed("a language is two lowercase letters");
  return text;
}

Result<std::string> readDeviceType(JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const auto text, reader.optionalString("deviceType", 1, limits::kDeviceType));
  if (text && !codec::isDeviceType(*text)) return malformed("a device type is of A-Z and _");
  return text.value_or("");
}

void writeCard(JsonObject& out, const CardReference& card) {
  if (card.pushSessionId.empty()) {
    out.addBase64Url("cardData", card.cardData);
  } else {
    out.addSecret("pushSessionId", card.pushSessionId);
  }
}

Result<CardReference> readCard(JsonReader& reader) {
  CardReference card;
  if (reader.has("cardData") == reader.has("pushSessionId")) {
    return malformed("either cardData or pushSessionId");
  }
  if (reader.has("pushSessionId")) {
    FLORIN_TRY_ASSIGN(card.pushSessionId,
                      reader.secret("pushSessionId", kPushSessionId, kPushSessionId));
    return card;
  }
  FLORIN_TRY_ASSIGN(card.cardData, reader.base64Url("cardData", limits::kCmsEnvelope));
  if (card.cardData.empty()) return malformed("no card data");
  return card;
}

Result<Bytes> checkedTermsId(Bytes id) {
  if (id.size() != kTermsId) return malformed("an id of terms has 32 bytes");
  return id;
}

Result<Terms> readTerms(JsonReader reader) {
  Terms terms;
  FLORIN_TRY_ASSIGN(Bytes id, reader.base64Url("id", kTermsId));
  FLORIN_TRY_ASSIGN(terms.id, checkedTermsId(std::move(id)));
  FLORIN_TRY_ASSIGN(terms.language, readLanguage(reader));
  FLORIN_TRY_ASSIGN(terms.contentType, reader.string("contentType", 1, limits::kDisplayName));
  if (std::ranges::find(kTermsTypes, terms.contentType) == std::end(kTermsTypes)) {
    return malformed("terms of another type");
  }
  FLORIN_TRY_ASSIGN(terms.text, reader.string("text", 1, limits::kTermsText));
  FLORIN_TRY(reader.finish());
  return terms;
}

// What a digitization says of the card and the phone, and the question before it.
template <class Request>
void writeWish(JsonObject& out, const Request& request) {
  out.add("correlationId", request.correlationId);
  writeCard(out, request.card);
  out.add("language", request.language);
  if (!request.deviceType.empty()) out.add("deviceType", request.deviceType);
}

template <class Request>
Status readWish(JsonReader& reader, Request& request) {
  FLORIN_TRY_ASSIGN(request.correlationId, reader.id<base::CorrelationId>("correlationId"));
  FLORIN_TRY_ASSIGN(request.card, readCard(reader));
  FLORIN_TRY_ASSIGN(request.language, readLanguage(reader));
  FLORIN_TRY_ASSIGN(request.deviceType, readDeviceType(reader));
  return {};
}

}  // namespace

SecretBytes encodeEligibilityRequest(const EligibilityRequest& request) {
  JsonObject out;
  writeWish(out, request);
  return out.secretText();
}

Result<EligibilityRequest> decodeEligibilityRequest(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  EligibilityRequest request;
  FLORIN_TRY(readWish(reader, request));
  FLORIN_TRY(reader.finish());
  return request;
}

std::string encodeEligibilityReply(const EligibilityReply& reply) {
  JsonObject out;
  out.add("product", reply.product)
      .add("issuerName", reply.issuerName)
      .add("panLastFour", reply.panLastFour);
  if (reply.terms) {
    out.add("terms", JsonObject()
                         .addBase64Url("id", reply.terms->id)
                         .add("language", reply.terms->language)
                         .add("contentType", reply.terms->contentType)
                         .add("text", reply.terms->text));
  }
  return out.text();
}

Result<EligibilityReply> decodeEligibilityReply(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  EligibilityReply reply;
  FLORIN_TRY_ASSIGN(reply.product, readName(reader, "product"));
  FLORIN_TRY_ASSIGN(reply.issuerName, readName(reader, "issuerName"));
  FLORIN_TRY_ASSIGN(reply.panLastFour, reader.string("panLastFour", 4, 4));
  FLORIN_TRY_ASSIGN(auto terms, reader.optionalObject("terms"));
  if (terms) {
    FLORIN_TRY_ASSIGN(reply.terms, readTerms(std::move(*terms)));
  }
  FLORIN_TRY(reader.finish());
  return reply;
}

SecretBytes encodeDigitizeRequest(const DigitizeRequest& request) {
  JsonObject out;
  writeWish(out, request);
  if (!request.termsId.empty()) out.addBase64Url("termsId", request.termsId);
  if (!request.authenticationToken.empty()) {
    out.addSecret("authenticationToken", request.authenticationToken);
  }
  return out.secretText();
}

Result<DigitizeRequest> decodeDigitizeRequest(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  DigitizeRequest request;
  FLORIN_TRY(readWish(reader, request));
  FLORIN_TRY_ASSIGN(auto termsId, reader.optionalBase64Url("termsId", kTermsId));
  if (termsId) {
    FLORIN_TRY_ASSIGN(request.termsId, checkedTermsId(std::move(*termsId)));
  }
  FLORIN_TRY_ASSIGN(auto token,
                    reader.optionalSecret("authenticationToken", 1, limits::kDecisionToken));
  if (token) request.authenticationToken = std::move(*token);
  FLORIN_TRY(reader.finish());
  return request;
}

SecretBytes encodeDigitizeReply(const DigitizeReply& reply) {
  JsonObject out;
  out.add("digitalCardId", reply.digitalCardId).add("decision", decisionName(reply.decision));
  if (!reply.activationCode.empty()) {
    out.addSecret("activationCode", reply.activationCode)
        .add("codeExpiresMs", timeMs(reply.codeExpires));
  }
  if (reply.decision == Decision::kYellow) out.add("methods", writeMethods(reply.methods));
  return out.add("product", reply.product).add("panLastFour", reply.panLastFour).secretText();
}

Result<DigitizeReply> decodeDigitizeReply(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  DigitizeReply reply;
  FLORIN_TRY_ASSIGN(reply.digitalCardId, reader.id<base::DigitalCardId>("digitalCardId"));
  FLORIN_TRY_ASSIGN(reply.decision, readDecision(reader));
  if (reply.decision != Decision::kRed) {
    FLORIN_TRY_ASSIGN(reply.activationCode,
                      reader.secret("activationCode", limits::kCodeMin, limits::kCodeMax));
    FLORIN_TRY_ASSIGN(reply.codeExpires, readTime(reader, "codeExpiresMs"));
  }
  if (reply.decision == Decision::kYellow) {
    FLORIN_TRY_ASSIGN(reply.methods, readMethods(reader, "methods"));
  }
  FLORIN_TRY_ASSIGN(reply.product, reader.string("product", 0, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(reply.panLastFour, reader.string("panLastFour", 4, 4));
  FLORIN_TRY(reader.finish());
  return reply;
}

}  // namespace florin::messages
