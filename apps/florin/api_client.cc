#include "api_client.h"

#include <cstdlib>

#include "advice.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "secrets.h"

namespace florin::apps {
namespace {

// A refusal's type is the end of its URN; what no florind of this version says has none.
Failure refusalOf(const TransportResponse& response) {
  constexpr std::string_view kUrn = "urn:florin:problem:";
  const auto problem = codec::parseJson(base::asText(response.body));
  std::string type;
  std::string support;
  if (problem.ok()) {
    if (const auto* urn = problem->find("type"); urn != nullptr && urn->text().starts_with(kUrn)) {
      type = urn->text().substr(kUrn.size());
    }
    if (const auto* id = problem->find("correlationId")) support = id->text();
  }
  const Advice advice = adviceOnProblem(response.status, type);
  std::string text(advice.text);
  text += " [" + (type.empty() ? "HTTP " + std::to_string(response.status) : type) + "]";
  return {advice.exit, std::move(text), std::move(type), std::move(support)};
}

// ifGiven is what an option says, or else the environment; empty when neither says anything.
std::string ifGiven(const std::string& option, const char* variable) {
  if (!option.empty()) return option;
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

Outcome<std::string> given(const std::string& option, const char* name, const char* variable) {
  std::string value = ifGiven(option, variable);
  if (!value.empty()) return value;
  return Failure{Exit::kUsage, std::string(name) + " is required, or " + variable +
                                   " in the environment; see --help"};
}

const char* tokenVariable(Api api) {
  switch (api) {
    case Api::kIssuer: return "FLORIN_ISSUER_TOKEN_FILE";
    case Api::kOperator: return "FLORIN_OPERATOR_TOKEN_FILE";
    case Api::kAcquirer: break;
  }
  return "FLORIN_ACQUIRER_TOKEN_FILE";
}

}  // namespace

Outcome<ApiClient> ApiClient::open(const Options& options, const TokenKind& kind,
                                   Interrupts* interrupts) {
  const char* const variable = tokenVariable(options.api);
  FLORIN_TRY_ASSIGN(const auto backend, given(options.backend, "--backend", "FLORIN_BACKEND"));
  FLORIN_TRY_ASSIGN(const auto caFile, given(options.caFile, "--ca", "FLORIN_CA"));
  FLORIN_TRY_ASSIGN(const auto tokenFile, given(options.tokenFile, "--token-file", variable));
  FLORIN_TRY_ASSIGN(auto token, readToken(kind, tokenFile));
  FLORIN_TRY_ASSIGN(Connection connection, makeConnection(backend, caFile, ""));
  connection.clientPemFile = ifGiven(options.clientPemFile, "FLORIN_CLIENT_PEM");
  FLORIN_TRY_ASSIGN(auto link, BackendLink::open(connection));
  return ApiClient(std::move(link), std::move(token), interrupts);
}

Outcome<codec::JsonValue> ApiClient::get(const std::string& path) { return call("GET", path, ""); }

Outcome<codec::JsonValue> ApiClient::post(const std::string& path, const std::string& body) {
  return call("POST", path, body);
}

Outcome<codec::JsonValue> ApiClient::call(std::string method, const std::string& path,
                                          const std::string& body) {
  TransportRequest request{std::move(method),
                           path,
                           {{"authorization", "Bearer " + shown(token_)}},
                           base::toBytes(base::asBytes(body))};
  if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
  FLORIN_TRY_ASSIGN(const auto response,
                    link_->call(std::move(request), base::limits::kTransportDeadline, interrupts_));
  if (response.status != 200) return refusalOf(response);
  auto answer = codec::parseJson(base::asText(response.body));
  if (answer.ok() && answer->object() != nullptr) return std::move(answer).value();
  return Failure{Exit::kRefused,
                 "the backend's answer has not its form: see that --backend is a florind of this "
                 "version"};
}

}  // namespace florin::apps
