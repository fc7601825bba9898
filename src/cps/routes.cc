#include "cps/routes.h"

#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/access_tokens.h"
#include "cps/admin_routes.h"
#include "cps/answers.h"
#include "cps/audit_routes.h"
#include "cps/card_routes.h"
#include "cps/operation_routes.h"
#include "cps/push_routes.h"
#include "cps/webhook_routes.h"

namespace florin::cps {
namespace {

// A route whose work gives the body or an error; errors become refusals in one place.
class CpsHandler : public ports::HttpHandler {
 public:
  using Work = std::function<Result<Bytes>(const ports::HttpRequest&, RefusalFacts&)>;
  CpsHandler(Backend& backend, const char* contentType, Work work)
      : backend_(backend), contentType_(contentType), work_(std::move(work)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    RefusalFacts facts;
    auto body = work_(request, facts);
    if (body.ok()) return answer(contentType_, std::move(*body));
    const messages::CpsStatus status = statusForError(body.error());
    backend_.log.warning("cps.refused", {{"correlationId", request.correlationId},
                                         {"code", static_cast<std::int64_t>(status)},
                                         {"error", body.error()}});
    return refuse(status, facts, backend_.clock.now(), request);
  }

 private:
  Backend& backend_;
  const char* contentType_;
  Work work_;
};

}  // namespace

std::vector<ports::Route> makeRoutes(const Services& services) {
  std::vector<ports::Route> routes;
  const auto add = [&](std::string path, const char* type, std::size_t maxBody,
                       CpsHandler::Work work) {
    routes.push_back({"POST", std::move(path), maxBody,
                      std::make_unique<CpsHandler>(services.backend, type, std::move(work)),
                      maxBody == 0 ? "" : type});
  };
  WalletAuth& auth = services.auth;
  add("/cps/v1/wallets", kJson, base::limits::kJsonBody,
      [&auth, &registration = services.registration](const ports::HttpRequest& request,
                                                     RefusalFacts&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto message,
                          messages::decodeWseRequest(base::asText(request.body)));
        FLORIN_TRY(auth.authenticateBy(request, message.walletId, message.walletPublicKey));
        FLORIN_TRY_ASSIGN(const auto reply, registration.registerWallet(message));
        return base::toBytes(base::asBytes(messages::encodeWseReply(reply)));
      });
  add("/cps/v1/enrollments", kOctetStream, base::limits::kEnrollmentMessage,
      [&auth, &enrollments = services.enrollments](const ports::HttpRequest& request,
                                                   RefusalFacts& facts) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth.authenticate(request));
        return enrollments.answer(wallet, request.body, facts.triesLeft);
      });
  add("/cps/v1/enrollments/{}/finish", kOctetStream, base::limits::kEnrollmentMessage,
      [&auth, &enrollments = services.enrollments](const ports::HttpRequest& request,
                                                   RefusalFacts&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth.authenticate(request));
        FLORIN_TRY_ASSIGN(const auto id, base::EnrollmentId::parse(request.pathParameters.at(0)));
        return enrollments.finish(wallet, id, request.body);
      });
  add("/cps/v1/exchange", kOctetStream, base::limits::kExchangeBody,
      [&exchanges = services.exchanges](const ports::HttpRequest& request, RefusalFacts& facts)
          -> Result<Bytes> { return exchanges.exchange(request, facts); });
  add("/cps/v1/cards/{}/access-token", kJson, 0,
      [&auth, &backend = services.backend](const ports::HttpRequest& request,
                                           RefusalFacts&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth.authenticate(request));
        FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
        FLORIN_TRY_ASSIGN(const auto reply, issueAccessToken(backend, wallet.walletId, id));
        return base::toBytes(messages::encodeAccessTokenReply(reply).expose());
      });
  const auto addAll = [&](std::vector<ports::Route> more) {
    for (ports::Route& route : more) routes.push_back(std::move(route));
  };
  addAll(makeAdminRoutes(services.backend, services.devices, services.cards));
  addAll(makeCardRoutes(services.backend, services.cards, services.renewal));
  addAll(makeOperationRoutes(services.backend, services.parked));
  addAll(makeAuditRoutes(services.backend));
  addAll(makePushRoutes(services.backend));
  addAll(makeWebhookRoutes(services.backend));
  return routes;
}

}  // namespace florin::cps
