#include "wallet/provision.h"

#include "wallet/asking.h"
#include "wallet/code_entry.h"
#include "wallet/incoming.h"
#include "wallet/push_token.h"
#include "wallet/replenish.h"
#include "wallet/synchronize.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;
using CodeTold = Notifier<EnrollingServiceListener>;

// ClaimFlow claims one card by its code. A claim that was interrupted is finished first, and then
// no code is asked for: it is the one whose code was entered already.
class ClaimFlow : public std::enable_shared_from_this<ClaimFlow> {
 public:
  ClaimFlow(Core& core, Disarm disarm, CodeTold told)
      : core_(core), disarm_(std::move(disarm)), told_(std::move(told)) {}

  void start() {
    if (!isEnrolled(core_)) return fail(notEnrolled());
    told_.tell([](EnrollingServiceListener& listener) { listener.onStarted(); });
    step();
  }

 private:
  void step() {
    const auto open = requestInFlight(core_);
    if (!open.ok()) return fail(internalError(core_, open.error()));
    if (!*open) return getCode();
    const bool claim = **open == messages::RequestType::kClaimCode;
    runSession(core_, disarm_, [self = shared_from_this(), claim](SessionOutcome outcome) {
      if (claim) return self->ended(outcome);
      if (outcome.error) return self->fail(*outcome.error);
      self->getCode();
    });
  }

  void getCode() {
    askCode(core_, told_,
            [self = shared_from_this()](CodeOrError code) { self->onCode(std::move(code)); });
  }

  void onCode(CodeOrError code) {
    if (const auto* error = std::get_if<ProvisioningServiceError>(&code)) return fail(*error);
    vault::RequestsRecord request;
    request.type = messages::RequestType::kClaimCode;
    request.code = std::get<SecretBytes>(std::move(code));
    if (const Status stored = storeRequest(core_, std::move(request)); !stored.ok()) {
      return fail(internalError(core_, stored.error()));
    }
    runSession(core_, disarm_, [self = shared_from_this()](const SessionOutcome& outcome) {
      self->ended(outcome);
    });
  }

  void ended(const SessionOutcome& outcome) {
    if (const auto error = errorOf(outcome)) return fail(*error);
    core_.conversationEnded();
    told_.complete();
  }

  void fail(const ProvisioningServiceError& error) {
    core_.conversationEnded();
    told_.fail(error);
  }

  Core& core_;
  const Disarm disarm_;
  CodeTold told_;
};

// retryNow goes on where the last session stopped. A request that is in flight was a session once.
void retryNow(Core& core, const Disarm& disarm, CodeTold told) {
  if (core.conversing()) {
    return told.fail(localError(Sdk::EXISTING_RETRY_SESSION, "a session is under way"));
  }
  const auto open = requestInFlight(core);
  if (!open.ok()) return told.fail(internalError(core, open.error()));
  const bool deviceStored = core.withVault(
      [](vault::Vault& vault) { return vault.find(vault::Kind::kDevice, {}) != nullptr; });
  if (!deviceStored || (!*open && !core.sessionFailed)) {
    return told.fail(localError(Sdk::NO_SESSION, "no session is there to retry"));
  }
  core.converse([&core, disarm, told, asked = open->has_value()]() mutable {
    told.tell([](EnrollingServiceListener& listener) { listener.onStarted(); });
    runSession(core, disarm, [&core, told, asked](const SessionOutcome& outcome) mutable {
      core.conversationEnded();
      const auto error = asked ? errorOf(outcome) : outcome.error;
      return error ? told.fail(*error) : told.complete();
    });
  });
}

void updateTokenNow(Core& core, const Disarm& disarm, PushTold told, const std::string& token) {
  if (!isEnrolled(core)) return end(core, told, notEnrolled());
  const auto known = core.withVault([&](vault::Vault& vault) { return isTold(vault, token); });
  if (!known.ok()) return end(core, told, internalError(core, known.error()));
  if (*known) return end(core, told, std::nullopt);

  ask(core, disarm,
      {.store =
           [&core, token] {
             return core.withVault([&](vault::Vault& vault) -> Status {
               vault::Transaction transaction;
               FLORIN_TRY(putUpdate(transaction, vault, token));
               return vault.commit(std::move(transaction));
             });
           },
       .again =
           [&core, disarm, told, token](const SessionOutcome& outcome) mutable {
             tellApplied(told, outcome.applied);
             updateTokenNow(core, disarm, told, token);
           },
       .done =
           [&core, told](const SessionOutcome& outcome) mutable {
             tellApplied(told, outcome.applied);
             end(core, told, errorOf(outcome));
           }});
}

// The card of a digital card id, or none.
std::optional<base::TokenId> cardOf(Core& core, const base::DigitalCardId& digitalCardId) {
  return core.withVault([&](vault::Vault& vault) -> std::optional<base::TokenId> {
    for (const vault::Vault::Item& item : vault.list(vault::Kind::kCard)) {
      const auto card = vault::decodeRecord<vault::CardRecord>(*item.value);
      const auto id = base::TokenId::fromBytes(item.id);
      if (card.ok() && id.ok() && card->digitalCardId == digitalCardId) return *id;
    }
    return std::nullopt;
  });
}

ProvisioningServiceError noSuchCard(Core& core) {
  return isEnrolled(core) ? localError(Sdk::CARD_NOT_ENROLLED, "no such card") : notEnrolled();
}

void incomingNow(Core& core, const Disarm& disarm, const PushTold& told, const Incoming& incoming) {
  core.withVault([&core](vault::Vault& vault) { core.polls.pushed(vault); });
  const auto* const replenish = std::get_if<ReplenishCard>(&incoming);
  if (replenish == nullptr) return synchronizeNow(core, disarm, told);
  const auto card = cardOf(core, replenish->digitalCardId);
  if (card) return replenishNow(core, disarm, told, {*card, true});
  end(core, told, noSuchCard(core));
}

// tellPayment hands a notification on. It needs no backend: the history is the application's.
void tellPayment(Core& core, PushTold told, const PaymentMade& payment) {
  const auto card = cardOf(core, payment.digitalCardId);
  if (!card) return told.fail(noSuchCard(core));
  ProvisioningServiceMessage message = messageOf("CBP.info.paymentAccepted");
  message.params.emplace("digitalCardId", payment.digitalCardId.toString());
  told.tell([id = card->toString(), message](PushServiceListener& listener) {
    listener.onServerMessage(id, message);
  });
  told.complete();
}

}  // namespace

void ProvisionService::sendActivationCode(std::shared_ptr<EnrollingServiceListener> listener) {
  auto flow = std::make_shared<ClaimFlow>(core_, disarm_, CodeTold(core_, std::move(listener)));
  core_.post([&core = core_, flow] { core.converse([flow] { flow->start(); }); });
}

void ProvisionService::retrySession(std::shared_ptr<EnrollingServiceListener> listener) {
  core_.post([&core = core_, disarm = disarm_, told = CodeTold(core_, std::move(listener))] {
    retryNow(core, disarm, told);
  });
}

void ProvisionService::synchronize(std::shared_ptr<PushServiceListener> listener) {
  core_.post([&core = core_, disarm = disarm_, told = PushTold(core_, std::move(listener))] {
    core.converse([&core, disarm, told] { synchronizeNow(core, disarm, told); });
  });
}

void ProvisionService::poll(std::shared_ptr<PushServiceListener> listener) {
  core_.post([&core = core_, disarm = disarm_, told = PushTold(core_, std::move(listener))] {
    core.converse([&core, disarm, told] { pollNow(core, disarm, told); });
  });
}

std::optional<std::chrono::milliseconds> ProvisionService::nextPoll() const {
  return core_.withVault(
      [this](vault::Vault& vault) { return core_.polls.wait(vault, core_.clock.now()); });
}

void ProvisionService::processIncomingMessage(const std::map<std::string, std::string>& bundle,
                                              std::shared_ptr<PushServiceListener> listener) {
  PushTold told(core_, std::move(listener));
  const Incoming incoming = readIncoming(bundle);
  if (std::holds_alternative<NotOurs>(incoming)) {
    return told.end(
        [bundle](PushServiceListener& theirs) { theirs.onUnsupportedPushContent(bundle); });
  }
  core_.post([&core = core_, disarm = disarm_, told, incoming] {
    if (const auto* const payment = std::get_if<PaymentMade>(&incoming)) {
      return tellPayment(core, told, *payment);
    }
    core.converse([&core, disarm, told, incoming] { incomingNow(core, disarm, told, incoming); });
  });
}

void ProvisionService::updatePushToken(const std::string& token,
                                       std::shared_ptr<PushServiceListener> listener) {
  PushTold told(core_, std::move(listener));
  if (token.empty() || !isPushToken(token)) {
    return told.fail(localError(Sdk::INVALID_ARGUMENT, "the push token has not its form"));
  }
  core_.post([&core = core_, disarm = disarm_, told, token] {
    core.converse([&core, disarm, told, token] { updateTokenNow(core, disarm, told, token); });
  });
}

void ProvisionService::sendRequestForReplenishment(const std::string& tokenizedCardId,
                                                   std::shared_ptr<PushServiceListener> listener,
                                                   bool force) {
  PushTold told(core_, std::move(listener));
  const auto card = base::TokenId::parse(tokenizedCardId);
  if (!card.ok()) {
    return told.fail(localError(Sdk::INVALID_ARGUMENT, "the card's id has not its form"));
  }
  core_.post([&core = core_, disarm = disarm_, told, what = Replenishment{*card, force}] {
    core.converse([&core, disarm, told, what] { replenishNow(core, disarm, told, what); });
  });
}

}  // namespace florin::wallet
