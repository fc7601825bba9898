#include "cps/token_routes.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/utf8.h"
#include "cps/answers.h"
#include "cps/api_route.h"

namespace florin::cps {
namespace {

using records::ApiScope;

void describe(const records::ApiToken& token, codec::JsonObject& into) {
  into.addHex("id", idOf(token))
      .add("scope", nameOf(token.scope).view())
      .add("tenant", token.tenant)
      .add("label", std::string_view(token.label))
      .add("revoked", token.revoked)
      .add("createdMs", base::toMs(token.created));
}

Result<Bytes> list(ApiTokens& tokens) {
  FLORIN_TRY_ASSIGN(const auto rows, tokens.list());
  codec::JsonArray array;
  for (const records::ApiToken& row : rows) {
    codec::JsonObject one;
    describe(row, one);
    array.add(one);
  }
  return bodyOf(codec::JsonObject().add("tokens", array));
}

Result<ApiScope> readScope(codec::JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("scope", 6, 8));
  for (const ApiScope scope :
       {ApiScope::kOperator, ApiScope::kAcquirer, ApiScope::kIssuer, ApiScope::kMetrics}) {
    if (text == nameOf(scope).view()) return scope;
  }
  return Error(Code::kMalformed, "unknown scope");
}

Result<WantedToken> readWanted(ByteView body, const base::TenantId& operators) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(document);
  WantedToken wanted;
  FLORIN_TRY_ASSIGN(wanted.scope, readScope(reader));
  FLORIN_TRY_ASSIGN(wanted.label, reader.string("label", 1, base::limits::kDisplayName));
  if (!codec::isPrintable(wanted.label)) return Error(Code::kMalformed, "label is not printable");
  wanted.tenant = operators;
  if (!isOfBackend(wanted.scope)) {
    FLORIN_TRY_ASSIGN(wanted.tenant, reader.id<base::TenantId>("tenant"));
  }
  FLORIN_TRY(reader.finish());
  return wanted;
}

Result<Bytes> create(Backend& backend, ApiTokens& tokens, ByteView asked,
                     const records::ApiToken& by) {
  FLORIN_TRY_ASSIGN(const WantedToken wanted, readWanted(asked, backend.tenant));
  FLORIN_TRY_ASSIGN(const MadeToken made, tokens.create(wanted, actorOf(by)));
  codec::JsonObject body;
  describe(made.row, body);
  return base::toBytes(body.addSecret("token", made.text).secretText().expose());
}

Result<Bytes> revoke(ApiTokens& tokens, const ports::HttpRequest& request,
                     const records::ApiToken& by) {
  FLORIN_TRY_ASSIGN(const Bytes id, base::fromHex(request.pathParameters.at(0)));
  if (id.size() != kApiTokenId) return Error(Code::kMalformed, "not a token's id");
  FLORIN_TRY_ASSIGN(const records::ApiToken row, tokens.revoke(by, id));
  codec::JsonObject body;
  describe(row, body);
  return bodyOf(body);
}

std::optional<Problem> explain(const Error& error) {
  switch (error.code()) {
    case Code::kMalformed:
      return Problem{
          400, "malformed",
          "the body is {\"scope\",\"label\",\"tenant\"}: operator, metrics, acquirer or issuer; 1 "
          "to 64 printable characters; the id of an [[issuer]] for the last two"};
    case Code::kNotFound: return Problem{404, "unknown-token", "there is no such token or tenant"};
    case Code::kConflict:
      return Problem{409, "own-token", "a token does not revoke itself: use another one"};
    case Code::kExhausted:
      return Problem{409, "too-many-tokens", "there are as many tokens as there may be"};
    default: return std::nullopt;
  }
}

}  // namespace

std::vector<ports::Route> makeTokenRoutes(Backend& backend, ApiTokens& tokens) {
  std::vector<ports::Route> routes;
  const auto add = [&](const char* method, const char* path, auto work) {
    routes.push_back(
        makeRoute(backend, {.method = method, .path = path, .work = work, .explain = explain}));
  };
  add("GET", "/admin/v1/tokens",
      [&tokens](const ports::HttpRequest&, const records::ApiToken&) { return list(tokens); });
  add("POST", "/admin/v1/tokens",
      [&backend, &tokens](const ports::HttpRequest& request, const records::ApiToken& by) {
        return create(backend, tokens, request.body, by);
      });
  add("POST", "/admin/v1/tokens/{}/revoke",
      [&tokens](const ports::HttpRequest& request, const records::ApiToken& by) {
        return revoke(tokens, request, by);
      });
  return routes;
}

}  // namespace florin::cps
