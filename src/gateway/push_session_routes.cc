#include "gateway/push_session_routes.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

using records::ApiScope;

Result<PushedCard> readPushed(ByteView body) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(document);
  PushedCard card;
  FLORIN_TRY_ASSIGN(card.cardData, reader.base64Url("cardData", base::limits::kCmsEnvelope));
  FLORIN_TRY_ASSIGN(const auto approved, reader.optionalBoolean("approved"));
  FLORIN_TRY_ASSIGN(const auto accepted, reader.optionalBoolean("termsAccepted"));
  FLORIN_TRY(reader.finish());
  card.approved = approved.value_or(false);
  card.termsAccepted = accepted.value_or(false);
  return card;
}

Result<Bytes> create(Captures& captures, const ports::HttpRequest& request,
                     const records::ApiToken& token) {
  FLORIN_TRY_ASSIGN(const PushedCard card, readPushed(request.body));
  FLORIN_TRY_ASSIGN(const NewPushSession made, captures.push(token.tenant, card));
  const SecretBytes body = codec::JsonObject()
                               .addSecret("pushSessionId", made.id)
                               .add("expiresMs", base::toMs(made.expires))
                               .secretText();
  return base::toBytes(body.expose());
}

std::optional<cps::Problem> explain(const Error& error) {
  if (messages::mgErrorOf(error) == MGErrorCode::INVALID_CARD_DATA) {
    return cps::Problem{400, "invalid-card-data",
                        "cardData is CMS EnvelopedData for the key of /issuer/v1/capture-key, as "
                        "docs/issuer-api.md says"};
  }
  switch (error.code()) {
    case Code::kMalformed:
      return cps::Problem{400, "malformed",
                          "the body is {\"cardData\",\"approved\",\"termsAccepted\"}"};
    case Code::kNotFound:
      return cps::Problem{403, "not-your-card", "the PAN is in none of your ranges"};
    case Code::kExhausted:
      return cps::Problem{409, "too-many-push-sessions", "use some of them, or let them expire"};
    default: return std::nullopt;
  }
}

}  // namespace

std::vector<ports::Route> makePushSessionRoutes(cps::Backend& backend, Captures& captures) {
  std::vector<ports::Route> routes;
  const auto add = [&](const char* method, const char* path, auto work) {
    routes.push_back(makeRoute(backend, {.method = method,
                                         .path = path,
                                         .scope = ApiScope::kIssuer,
                                         .work = work,
                                         .explain = explain}));
  };
  add("POST", "/issuer/v1/push-sessions",
      [&captures](const ports::HttpRequest& request, const records::ApiToken& token) {
        return create(captures, request, token);
      });
  add("GET", "/issuer/v1/capture-key",
      [&backend](const ports::HttpRequest&, const records::ApiToken&) -> Result<Bytes> {
        return cps::bodyOf(
            codec::JsonObject().addBase64Url("captureKey", backend.custody.captureKey()));
      });
  return routes;
}

}  // namespace florin::gateway
