#include "wallet/life_cycle.h"

#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using Told = Notifier<MGCardLifeCycleListener>;

// refusalOf says why a wish is not sent at all. What is not an id is nobody's card.
std::optional<MobileGatewayError> refusalOf(Core& core, const std::string& digitalCardId) {
  if (digitalCardId.empty()) {
    return localGatewayError(MGErrorCode::MISSING_REQUIRED_PARAMETER, "no digital card id");
  }
  if (!base::DigitalCardId::parse(digitalCardId).ok()) {
    return localGatewayError(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "not a digital card id");
  }
  const auto wallet = core.withVault([](vault::Vault& vault) { return walletOf(vault); });
  if (!wallet.ok() || wallet->wse != vault::WseState::kCompleted) {
    return localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                             "wallet secure enrollment is missing");
  }
  return std::nullopt;
}

void fail(Told& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](MGCardLifeCycleListener& listener) { listener.onError(id, error); });
}

void askGateway(Core& core, Told told, Literal step, const std::string& id) {
  if (const auto refusal = refusalOf(core, id)) return fail(told, id, *refusal);
  const std::string path = "/gateway/v1/cards/" + id + "/" + std::string(step.view());
  sendRequest(core, {path, kJson, {}, true, ProvisioningPhase::CHANGING_CARD},
              [told, id](const Answer& answer) mutable {
                if (const auto* failure = std::get_if<Failure>(&answer)) {
                  return fail(told, id, gatewayError(*failure));
                }
                told.end([id](MGCardLifeCycleListener& listener) { listener.onComplete(id); });
              });
}

}  // namespace

void LifeCycleService::suspendCard(const std::string& digitalCardId,
                                   std::shared_ptr<MGCardLifeCycleListener> listener) {
  ask("suspend", digitalCardId, std::move(listener));
}

void LifeCycleService::resumeCard(const std::string& digitalCardId,
                                  std::shared_ptr<MGCardLifeCycleListener> listener) {
  ask("resume", digitalCardId, std::move(listener));
}

void LifeCycleService::deleteCard(const std::string& digitalCardId,
                                  std::shared_ptr<MGCardLifeCycleListener> listener) {
  ask("delete", digitalCardId, std::move(listener));
}

void LifeCycleService::ask(Literal step, const std::string& id,
                           std::shared_ptr<MGCardLifeCycleListener> listener) {
  core_.post([&core = core_, step, id, told = Told(core_, std::move(listener))] {
    askGateway(core, told, step, id);
  });
}

}  // namespace florin::wallet
