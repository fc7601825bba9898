#include "wallet/step_up.h"

#include "base/bytes.h"
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
  for (const messages::IdvMethod& method : methods) {
    out.push_back({method.id, method.type, method.value, method.otp});
  }
  return out;
}

void fail(ToldDigitization& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](MGDigitizationListener& listener) { listener.onError(id, error); });
}

// take keeps what the gateway answered, or tells what went wrong.
std::optional<IdvState> take(Core& core, ToldDigitization& told, const std::string& id,
                             const Answer& answer) {
  if (const auto* failure = std::get_if<Failure>(&answer)) {
    fail(told, id, gatewayError(*failure));
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
  const std::string body = messages::encodeChooseMethod({method});
  sendRequest(core,
              {"/gateway/v1/cards/" + id + "/idv", kJson, base::toBytes(base::asBytes(body)), true,
               ProvisioningPhase::DIGITIZING},
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
  const SecretBytes body = messages::encodeActivateCard({std::move(otp)});
  sendRequest(core,
              {"/gateway/v1/cards/" + id + "/activate", kJson, base::toBytes(body.expose()), true,
               ProvisioningPhase::DIGITIZING},
              [&core, told, id](const Answer& answer) mutable {
                if (take(core, told, id, answer)) complete(told, id);
              });
}

class Selector : public IDVMethodSelector {
 public:
  Selector(Core& core, ToldDigitization told, std::string id, std::vector<IDVMethod> methods)
      : core_(core.shared_from_this()),
        told_(std::move(told)),
        id_(std::move(id)),
        methods_(std::move(methods)) {}

  [[nodiscard]] std::vector<IDVMethod> getIdvMethods() const override { return methods_; }
  void select(const std::string& methodId) override {
    core_->post([core = core_.get(), told = told_, id = id_, methodId] {
      choose(*core, told, id, methodId);
    });
  }

 private:
  std::shared_ptr<Core> core_;
  ToldDigitization told_;
  std::string id_;
  std::vector<IDVMethod> methods_;
};

class Pending : public PendingCardActivation {
 public:
  Pending(Core& core, std::string id, IdvState state)
      : core_(core.shared_from_this()), id_(std::move(id)), state_(std::move(state)) {}

  [[nodiscard]] std::string getDigitalCardId() const override { return id_; }
  [[nodiscard]] PendingActivationState getState() const override { return stateOf(state_.phase); }
  [[nodiscard]] std::vector<IDVMethod> getIdvMethods() const override {
    return methodsOf(state_.methods);
  }
  [[nodiscard]] std::string getSelectedMethod() const override { return state_.method; }

  void select(const std::string& methodId,
              std::shared_ptr<MGDigitizationListener> listener) override {
    core_->post([core = core_.get(), told = ToldDigitization(*core_, std::move(listener)), id = id_,
                 methodId] { choose(*core, told, id, methodId); });
  }
  void activate(SecretBytes otp, std::shared_ptr<MGDigitizationListener> listener) override {
    auto shared = std::make_shared<SecretBytes>(std::move(otp));
    core_->post([core = core_.get(), told = ToldDigitization(*core_, std::move(listener)), id = id_,
                 shared] { wallet::activate(*core, told, id, std::move(*shared)); });
  }

 private:
  std::shared_ptr<Core> core_;
  std::string id_;
  IdvState state_;
};

}  // namespace

Status keepPending(Core& core, const std::string& digitalCardId, const IdvState& state) {
  FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(digitalCardId));
  return core.withVault([&](vault::Vault& vault) -> Status {
    vault::Transaction transaction;
    if (state.phase == IdvPhase::kActivated) {
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
