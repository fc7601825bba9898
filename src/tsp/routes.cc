#include "tsp/routes.h"

#include <algorithm>
#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_writer.h"
#include "crypto/hash.h"

namespace florin::tsp {
namespace {

// AcquirerHandler is one call of the acquirer's: `work` gives the JSON answer.
class AcquirerHandler : public ports::HttpHandler {
 public:
  using Work = std::function<Result<std::string>(const base::TenantId&, const ports::HttpRequest&)>;

  AcquirerHandler(Tsp& tsp, Literal refused, Work work)
      : tsp_(tsp), refused_(refused), work_(std::move(work)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto token = requireToken(tsp_.store, request, records::ApiScope::kAcquirer);
    if (!token.ok()) return failure(token.error(), request);
    const auto text = work_(token->tenant, request);
    if (!text.ok()) return failure(text.error(), request);
    ports::HttpResponse response;
    response.contentType = "application/json";
    response.body = base::toBytes(base::asBytes(*text));
    return response;
  }

 private:
  ports::HttpResponse failure(const Error& error, const ports::HttpRequest& request) {
    tsp_.log.warning(refused_, {{"correlationId", request.correlationId}, {"error", error}});
    switch (error.code()) {
      case Code::kUnauthenticated:
        return problem(401, "unauthorized", "a valid acquirer token is needed", request);
      case Code::kInvalidArgument:
        return problem(400, "idempotency-key", "Idempotency-Key of 1 to 64 characters is needed",
                       request);
      case Code::kMalformed:
      case Code::kUnsupported:
      case Code::kTooLarge:
        return problem(400, "malformed", "the request does not have its documented form", request);
      case Code::kConflict:
        return problem(409, "idempotency-conflict",
                       "this Idempotency-Key was used with another request", request);
      case Code::kUnavailable: return problem(503, "unavailable", "try again later", request);
      default: return problem(500, "internal", "a fault of the server", request);
    }
  }

  Tsp& tsp_;
  Literal refused_;
  Work work_;
};

// The keys that terminals prove cards with (EMV Book 2, 5.2).
std::string describeAuthorities(const CardKeys* keys) {
  codec::JsonArray list;
  if (keys == nullptr) return codec::JsonObject().add("authorities", list).text();
  for (const CardAuthority& one : keys->authorities()) {
    list.add(codec::JsonObject()
                 .add("program", std::string_view(one.program))
                 .addHex("rid", one.rid)
                 .add("index", one.issuer.authorityIndex)
                 .addHex("modulus", one.key.modulus)
                 .addHex("exponent", one.key.exponent));
  }
  return codec::JsonObject().add("authorities", list).text();
}

// What an operator may know includes the figures.
bool serves(records::ApiScope has, records::ApiScope wanted) {
  return has == wanted ||
         (wanted == records::ApiScope::kMetrics && has == records::ApiScope::kOperator);
}

}  // namespace

Result<records::ApiToken> requireToken(ports::Store& store, const ports::HttpRequest& request,
                                       records::ApiScope scope) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = request.header("authorization");
  // A scheme's name has no case (RFC 9110, 11.1).
  const auto same = [](char expected, char got) {
    return expected == (got >= 'A' && got <= 'Z' ? static_cast<char>(got - 'A' + 'a') : got);
  };
  if (header.size() < kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), header.begin(), same)) {
    return Error(Code::kUnauthenticated, "no bearer token");
  }
  const crypto::Digest hash = crypto::sha256(base::asBytes(header.substr(kScheme.size())));
  FLORIN_TRY_ASSIGN(const auto token,
                    store.read([&](ports::Unit& unit) { return unit.apiTokens().find(hash); }));
  // A token of another scope is a mistake and no guess.
  if (!token || token->revoked) request.failed();
  if (!token || token->revoked || !serves(token->scope, scope)) {
    return Error(Code::kUnauthenticated, "API token is unknown, revoked or of another scope");
  }
  const bool ofIssuer = scope == records::ApiScope::kIssuer;
  FLORIN_TRY(request.proved({ports::ProvenClient::Kind::kToken, hash,
                             ofIssuer ? token->tenant.toString() : std::string()}));
  return *token;
}

ports::HttpResponse problem(int status, Literal type, Literal title,
                            const ports::HttpRequest& request) {
  ports::HttpResponse response;
  response.status = status;
  response.contentType = "application/problem+json";
  const std::string text = codec::JsonObject()
                               .add("type", "urn:florin:problem:" + std::string(type.view()))
                               .add("title", title.view())
                               .add("status", status)
                               .add("correlationId", request.correlationId)
                               .add("help", "/docs#problem-" + std::string(type.view()))
                               .text();
  response.body = base::toBytes(base::asBytes(text));
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

std::vector<ports::Route> makeRoutes(Tsp& tsp, Authorizations& authorizations,
                                     Reversals& reversals) {
  std::vector<ports::Route> routes;
  const auto add = [&](std::string path, Literal refused, AcquirerHandler::Work work) {
    routes.push_back({"POST", std::move(path), base::limits::kJsonBody,
                      std::make_unique<AcquirerHandler>(tsp, refused, std::move(work))});
    routes.back().contentType = "application/json";
  };
  add("/tsp/v1/authorizations", "authorization.refused",
      [&authorizations](const base::TenantId& acquirer, const ports::HttpRequest& request) {
        return authorizations.authorize(
            {acquirer, request.header("idempotency-key"), request.body});
      });
  add("/tsp/v1/reversals", "reversal.refused",
      [&reversals](const base::TenantId& acquirer, const ports::HttpRequest& request) {
        return reversals.reverse({acquirer, request.body});
      });
  const Literal noAuthorities("authorities.refused");
  routes.push_back(
      {"GET", "/tsp/v1/authorities", 0,
       std::make_unique<AcquirerHandler>(tsp, noAuthorities, [&tsp](const auto&, const auto&) {
         return Result<std::string>(describeAuthorities(tsp.cardKeys));
       })});
  return routes;
}

}  // namespace florin::tsp
