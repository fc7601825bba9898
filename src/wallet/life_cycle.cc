#include "wallet/life_cycle.h"

#include "base/bytes.h"
#include "codec/json_writer.h"
#include "messages/card_status.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using Told = Notifier<MGCardLifeCycleListener>;
using ToldLock = Notifier<MGWalletLockListener>;
using ToldStatus = Notifier<MGCardStatusListener>;

std::optional<MobileGatewayError> notRegistered(Core& core) {
  if (isRegistered(core)) return std::nullopt;
  return localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                           "wallet secure enrollment is missing");
}

// refusalOf says why a wish is not sent at all. What is not an id is nobody's card.
std::optional<MobileGatewayError> refusalOf(Core& core, const std::string& digitalCardId) {
  if (digitalCardId.empty()) {
    return localGatewayError(MGErrorCode::MISSING_REQUIRED_PARAMETER, "no digital card id");
  }
  if (!base::DigitalCardId::parse(digitalCardId).ok()) {
    return localGatewayError(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "not a digital card id");
  }
  return notRegistered(core);
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

void fail(ToldStatus& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](MGCardStatusListener& listener) { listener.onError(id, error); });
}

void askStatus(Core& core, ToldStatus told, const std::string& id) {
  if (const auto refusal = refusalOf(core, id)) return fail(told, id, *refusal);
  sendRequest(
      core, {"/gateway/v1/cards/" + id + "/state", {}, {}},
      [told, id](const Answer& answer) mutable {
        if (const auto* failure = std::get_if<Failure>(&answer)) {
          return fail(told, id, gatewayError(*failure));
        }
        auto read = messages::decodeCardStatus(base::asText(std::get<Bytes>(answer)));
        if (!read.ok()) {
          return fail(told, id,
                      localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
        }
        const MGCardStatus status{std::move(read->state), std::move(read->suspendedBy),
                                  read->delivered};
        told.end([id, status](MGCardStatusListener& listener) { listener.onSuccess(id, status); });
      });
}

// What a cardholder may say; the others are the operator's and the backend's.
bool isCardholders(LockReason reason) {
  switch (reason) {
    case LockReason::NONE:
    case LockReason::LOST:
    case LockReason::STOLEN:
    case LockReason::FRAUD_SUSPECTED: return true;
    case LockReason::DEVICE_NOT_TRUSTED:
    case LockReason::OLD_VAULT:
    case LockReason::ACCOUNT_CLOSED: break;
  }
  return false;
}

Bytes bodyOf(LockReason reason) {
  if (reason == LockReason::NONE) return {};
  return base::toBytes(base::asBytes(codec::JsonObject().add("reason", name(reason)).text()));
}

void failLock(ToldLock& told, const MobileGatewayError& error) {
  told.end([error](MGWalletLockListener& listener) { listener.onError(error); });
}

void askLock(Core& core, ToldLock told, Literal step, Bytes body) {
  if (const auto refusal = notRegistered(core)) return failLock(told, *refusal);
  const std::string path = "/gateway/v1/wallet/" + std::string(step.view());
  sendRequest(core, {path, kJson, std::move(body), true}, [told](const Answer& answer) mutable {
    if (const auto* failure = std::get_if<Failure>(&answer)) {
      return failLock(told, gatewayError(*failure));
    }
    told.complete();
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

void LifeCycleService::getCardStatus(const std::string& digitalCardId,
                                     std::shared_ptr<MGCardStatusListener> listener) {
  core_.post([&core = core_, id = digitalCardId, told = ToldStatus(core_, std::move(listener))] {
    askStatus(core, told, id);
  });
}

void LifeCycleService::ask(Literal step, const std::string& id,
                           std::shared_ptr<MGCardLifeCycleListener> listener) {
  core_.post([&core = core_, step, id, told = Told(core_, std::move(listener))] {
    askGateway(core, told, step, id);
  });
}

void LockService::lockWallet(LockReason reason, std::shared_ptr<MGWalletLockListener> listener) {
  if (isCardholders(reason)) return ask("lock", bodyOf(reason), std::move(listener));
  core_.post([told = ToldLock(core_, std::move(listener))]() mutable {
    failLock(told, localGatewayError(MGErrorCode::MISSING_REQUIRED_PARAMETER,
                                     "not a reason that a cardholder may give"));
  });
}

void LockService::unlockWallet(std::shared_ptr<MGWalletLockListener> listener) {
  ask("unlock", {}, std::move(listener));
}

void LockService::ask(Literal step, Bytes body, std::shared_ptr<MGWalletLockListener> listener) {
  core_.post([&core = core_, step, body = std::move(body),
              told = ToldLock(core_, std::move(listener))]() mutable {
    askLock(core, std::move(told), step, std::move(body));
  });
}

}  // namespace florin::wallet
