#include "cps/api_route.h"

#include "base/limits.h"
#include "cps/answers.h"
#include "messages/status.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

Problem generally(const Error& error, records::ApiScope scope) {
  const auto status = messages::statusOf(error);
  if (status == CpsStatus::kWalletUnknown) {
    return {404, "unknown-device", "there is no such device"};
  }
  if (status == CpsStatus::kTokenUnknown) return {404, "unknown-card", "there is no such card"};
  if (status == CpsStatus::kBusy) return {503, "unavailable", "try again later"};
  switch (error.code()) {
    case Code::kUnauthenticated:
      return scope == records::ApiScope::kIssuer
                 ? Problem{401, "unauthorized", "a valid issuer token is needed"}
                 : Problem{401, "unauthorized", "a valid operator token is needed"};
    case Code::kMalformed:
    case Code::kTooLarge:
      return {400, "malformed", "the request does not have its documented form"};
    case Code::kUnavailable: return {503, "unavailable", "try again later"};
    default: return {500, "internal", "a fault of the server"};
  }
}

class ApiHandler : public ports::HttpHandler {
 public:
  ApiHandler(Backend& backend, ApiRoute route) : backend_(backend), route_(std::move(route)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    auto body = work(request);
    if (body.ok()) return answer(kJson, std::move(*body));
    const Error& error = body.error();
    backend_.log.warning("api.refused",
                         {{"correlationId", request.correlationId}, {"error", error}});
    const auto here = error.code() == Code::kUnauthenticated ? std::nullopt : route_.explain(error);
    const Problem problem = here ? *here : generally(error, route_.scope);
    return tsp::problem(problem.status, problem.type, problem.title, request);
  }

 private:
  Result<Bytes> work(const ports::HttpRequest& request) {
    FLORIN_TRY_ASSIGN(const auto token, tsp::requireToken(backend_.store, request, route_.scope));
    return route_.work(request, token);
  }

  Backend& backend_;
  const ApiRoute route_;
};

}  // namespace

ports::Route makeRoute(Backend& backend, ApiRoute route) {
  ports::Route made{route.method, route.path, base::limits::kJsonBody, nullptr};
  made.handler = std::make_unique<ApiHandler>(backend, std::move(route));
  return made;
}

}  // namespace florin::cps
