#include "wallet/step_up.h"

#include <mutex>

#include "base/bytes.h"
#include "base/limits.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using messages::IdvPhase;
using messages::IdvState;

PendingActivationState stateOf(IdvPhase phase) {
  switch (phase) {
    case IdvPhase::kOtpNeeded: return PendingActivationState::OTP_NEEDED;
    case IdvPhase::kIssuerNeeded: return PendingActivationState::APP2APP_NEEDED;
    case IdvPhase::kMethodNotSelected:
    case IdvPhase::kActivated: break;
  }
  return PendingActivationState::IDV_METHOD_NOT_SELECTED;
}

std::vector<IDVMethod> methodsOf(const std::vector<messages::IdvMethod>& methods) {
  std::vector<IDVMethod> out;
  out.reserve(methods.size());
  for (const messages::IdvMethod& method : methods) {
    out.push_back({method.id, method.type, method.value, method.otp});
  }
  return out;
}

void fail(ToldDigitization& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](MGDigitizationListener& listener) { listener.onError(id, error); });
}

// forget: what waits for nothing at the backend is not shown as waiting. A vault that cannot be
// written keeps it; the next answer of that kind tries again.
void forget(Core& core, const std::string& id) {
  IdvState over;
  over.phase = IdvPhase::kActivated;
  if (!keepPending(core, id, over).ok()) core.log.warning("step_up.not_forgotten");
}

// take keeps what the gateway answered, or tells what went wrong.
std::optional<IdvState> take(Core& core, ToldDigitization& told, const std::string& id,
                             const Answer& answer) {
  if (const auto* failure = std::get_if<Failure>(&answer)) {
    const MobileGatewayError error = gatewayError(*failure);
    if (error.code == MGErrorCode::UNKNOWN_DIGITAL_CARD_ID) forget(core, id);
    fail(told, id, error);
    return std::nullopt;
  }
  auto state = messages::decodeIdvState(base::asText(std::get<Bytes>(answer)));
  if (!state.ok()) {
    fail(told, id, localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
    return std::nullopt;
  }
  if (!keepPending(core, id, *state).ok()) {
    fail(told, id, localGatewayError(MGErrorCode::INTERNAL_ERROR, "the vault cannot be written"));
    return std::nullopt;
  }
  return std::move(*state);
}

void complete(ToldDigitization& told, const std::string& id) {
  told.end([id](MGDigitizationListener& listener) { listener.onComplete(id); });
}

void choose(Core& core, ToldDigitization told, const std::string& id, const std::string& method) {
  const std::string body =
      messages::encodeChooseMethod({method, base::ChoiceId::random(core.random)});
  sendRequest(core,
              {"/gateway/v1/cards/" + id + "/idv", kJson, base::toBytes(base::asBytes(body)), true,
               ProvisioningPhase::DIGITIZING, Repeat::kWhenNotAnswered},
              [&core, told, id](const Answer& answer) mutable {
                const auto state = take(core, told, id, answer);
                if (!state) return;
                if (state->phase == IdvPhase::kActivated) return complete(told, id);
                told.end([pending = pendingActivation(core, id)](MGDigitizationListener& listener) {
                  listener.onActivationRequired(pending);
                });
              });
}

void activate(Core& core, ToldDigitization told, const std::string& id, SecretBytes otp) {
  if (otp.empty() || otp.size() > base::limits::kOtpMax) {
    return fail(told, id,
                localGatewayError(MGErrorCode::MISSING_REQUIRED_PARAMETER,
                                  "an OTP has 1 to 16 characters"));
  }
  const SecretBytes body = messages::encodeActivateCard({std::move(otp)});
  sendRequest(core,
              {"/gateway/v1/cards/" + id + "/activate", kJson, base::toBytes(body.expose()), true,
               ProvisioningPhase::DIGITIZING, Repeat::kNever},
              [&core, told, id](const Answer& answer) mutable {
                if (take(core, told, id, answer)) complete(told, id);
              });
}

// Both may outlive the wallet: then nothing comes of what they are asked. Any thread.
class Selector : public IDVMethodSelector {
 public:
  Selector(Core& core, ToldDigitization told, std::string id, std::vector<IDVMethod> methods)
      : core_(core.weak_from_this()),
        told_(std::make_unique<ToldDigitization>(std::move(told))),
        id_(std::move(id)),
        methods_(std::move(methods)) {}

  [[nodiscard]] std::vector<IDVMethod> getIdvMethods() const override { return methods_; }
  void select(const std::string& methodId) override {
    std::unique_ptr<ToldDigitization> told;
    {
      const std::lock_guard lock(mutex_);
      told = std::move(told_);  // the conversation goes on once, and holds its listener no longer
    }
    const auto core = core_.lock();
    if (!core || !told) return;
    core->post([core = core.get(), told = *told, id = id_, methodId] {
      choose(*core, told, id, methodId);
    });
  }

 private:
  const std::weak_ptr<Core> core_;
  std::mutex mutex_;
  std::unique_ptr<ToldDigitization> told_;
  const std::string id_;
  const std::vector<IDVMethod> methods_;
};

class Pending : public PendingCardActivation {
 public:
  Pending(Core& core, std::string id, IdvState state)
      : core_(core.weak_from_this()), id_(std::move(id)), state_(std::move(state)) {}

  [[nodiscard]] std::string getDigitalCardId() const override { return id_; }
  [[nodiscard]] PendingActivationState getState() const override { return stateOf(state_.phase); }
  [[nodiscard]] std::vector<IDVMethod> getIdvMethods() const override {
    return methodsOf(state_.methods);
  }
  [[nodiscard]] std::string getSelectedMethod() const override { return state_.method; }

  void select(const std::string& methodId,
              std::shared_ptr<MGDigitizationListener> listener) override {
    const auto core = core_.lock();
    if (!core) return;
    core->post([core = core.get(), told = ToldDigitization(*core, std::move(listener)), id = id_,
                methodId] { choose(*core, told, id, methodId); });
  }
  void activate(SecretBytes otp, std::shared_ptr<MGDigitizationListener> listener) override {
    const auto core = core_.lock();
    if (!core) return;
    auto shared = std::make_shared<SecretBytes>(std::move(otp));
    core->post([core = core.get(), told = ToldDigitization(*core, std::move(listener)), id = id_,
                shared] { wallet::activate(*core, told, id, std::move(*shared)); });
  }

 private:
  const std::weak_ptr<Core> core_;
  const std::string id_;
  const IdvState state_;
};

// refreshNext asks about the last of those that wait, then about the others. What cannot be asked
// stays as it is known.
void refreshNext(Core& core, std::shared_ptr<std::vector<std::string>> waiting,
                 std::function<void()> done) {
  if (waiting->empty()) return done();
  const std::string id = waiting->back();
  waiting->pop_back();
  sendRequest(
      core, {"/gateway/v1/cards/" + id + "/idv", {}, {}},
      [&core, id, waiting = std::move(waiting),
       done = std::move(done)](const Answer& answer) mutable {
        if (const auto* failure = std::get_if<Failure>(&answer)) {
          const bool unknown = gatewayError(*failure).code == MGErrorCode::UNKNOWN_DIGITAL_CARD_ID;
          if (unknown) forget(core, id);
        } else if (auto state = messages::decodeIdvState(base::asText(std::get<Bytes>(answer)));
                   state.ok() && !keepPending(core, id, *state).ok()) {
          core.log.warning("step_up.not_kept");
        }
        refreshNext(core, std::move(waiting), std::move(done));
      });
}

// isActiveHere tells whether the device has been told already that the card is active.
bool isActiveHere(const vault::Vault& vault, const base::DigitalCardId& id) {
  for (const auto& entry : vault.list(vault::Kind::kCard)) {
    const auto record = vault::readRecord<vault::CardRecord>(vault, entry.id);
    if (record.ok() && *record && (*record)->digitalCardId == id) {
      return (*record)->target == messages::CardTarget::kActive;
    }
  }
  return false;
}

}  // namespace

void refreshPending(Core& core, std::function<void()> done) {
  auto waiting = std::make_shared<std::vector<std::string>>();
  core.withVault([&](vault::Vault& vault) {
    for (const auto& entry : vault.list(vault::Kind::kPendingActivation)) {
      const auto id = base::DigitalCardId::fromBytes(entry.id);
      if (id.ok()) waiting->push_back(id->toString());
    }
  });
  refreshNext(core, std::move(waiting), std::move(done));
}

Status keepPending(Core& core, const std::string& digitalCardId, const IdvState& state) {
  FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(digitalCardId));
  return core.withVault([&](vault::Vault& vault) -> Status {
    vault::Transaction transaction;
    if (state.phase == IdvPhase::kActivated || isActiveHere(vault, id)) {
      vault::eraseRecord<vault::PendingActivationRecord>(transaction, id.view());
    } else {
      putRecord(transaction, vault::PendingActivationRecord{messages::encodeIdvState(state)},
                id.view());
    }
    return vault.commit(std::move(transaction));
  });
}

std::optional<IdvState> pendingOf(Core& core, const std::string& digitalCardId) {
  const auto id = base::DigitalCardId::parse(digitalCardId);
  if (!id.ok()) return std::nullopt;
  const auto record = core.withVault([&](vault::Vault& vault) {
    return vault::readRecord<vault::PendingActivationRecord>(vault, id->view());
  });
  if (!record.ok() || !*record) return std::nullopt;
  auto state = messages::decodeIdvState((*record)->state);
  if (!state.ok()) return std::nullopt;
  return std::move(*state);
}

void offerMethods(Core& core, ToldDigitization told, const std::string& digitalCardId,
                  const std::vector<messages::IdvMethod>& methods) {
  const auto selector = std::make_shared<Selector>(core, told, digitalCardId, methodsOf(methods));
  told.tell([selector](MGDigitizationListener& listener) { listener.onSelectIDVMethod(selector); });
}

std::shared_ptr<PendingCardActivation> pendingActivation(Core& core,
                                                         const std::string& digitalCardId) {
  auto state = pendingOf(core, digitalCardId);
  if (!state) return nullptr;
  return std::make_shared<Pending>(core, digitalCardId, std::move(*state));
}

}  // namespace florin::wallet
