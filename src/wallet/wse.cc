#include "wallet/wse.h"

#include "base/bytes.h"
#include "wallet/registration.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using Told = Notifier<WalletSecureEnrollmentListener>;

// request marks WSE as started, durably, and gives what to send; nothing when it is done already.
Result<std::optional<messages::WseRequest>> request(Core& core) {
  return core.withVault(
      [&core](vault::Vault& vault) -> Result<std::optional<messages::WseRequest>> {
        FLORIN_TRY_ASSIGN(auto wallet, walletOf(vault));
        if (wallet.wse == vault::WseState::kCompleted) return std::optional<messages::WseRequest>();
        FLORIN_TRY_ASSIGN(auto out, registrationOf(core, wallet));
        wallet.wse = vault::WseState::kStarted;
        vault::Transaction transaction;
        putRecord(transaction, wallet);
        FLORIN_TRY(vault.commit(std::move(transaction)));
        return std::optional(std::move(out));
      });
}

// pin stores the keys of the backend.
Status pin(Core& core, const messages::WseReply& reply) {
  return core.withVault([&reply](vault::Vault& vault) -> Status {
    FLORIN_TRY_ASSIGN(auto wallet, walletOf(vault));
    wallet.wse = vault::WseState::kCompleted;
    wallet.backendId = reply.backendId;
    wallet.identityKeyId = reply.identityKeyId;
    wallet.identityKey = reply.identityKey;
    wallet.captureKey = reply.captureKey;
    vault::Transaction transaction;
    putRecord(transaction, wallet);
    return vault.commit(std::move(transaction));
  });
}

// compare holds a backend's answer to what was pinned.
Status compare(Core& core, const messages::WseReply& reply) {
  FLORIN_TRY_ASSIGN(const auto wallet,
                    core.withVault([](vault::Vault& vault) { return walletOf(vault); }));
  return checkPinned(wallet, reply);
}

// Use is what a reply is for.
using Use = Status (*)(Core& core, const messages::WseReply& reply);

// faultOf uses the answer, and gives what went wrong.
std::optional<ProvisioningServiceError> faultOf(Core& core, const messages::WseRequest& sent,
                                                const Answer& answer, Use use) {
  if (const auto* failure = std::get_if<Failure>(&answer)) return provisioningError(*failure);
  const auto reply = readRegistration(sent, std::get<Bytes>(answer));
  if (!reply.ok()) return serverResponseError(reply.error());
  if (const Status used = use(core, *reply); !used.ok()) {
    return used.error().code() == Code::kUnauthenticated ? serverResponseError(used.error())
                                                         : internalError(core, used.error());
  }
  core.learnTime(reply->serverTime);
  return std::nullopt;
}

void send(Core& core, Told told, messages::WseRequest out, Use use) {
  Bytes body = base::toBytes(base::asBytes(messages::encodeWseRequest(out)));
  sendRequest(
      core, {kRegistrationPath, kJson, std::move(body), true, ProvisioningPhase::REGISTERING},
      [&core, told = std::move(told), sent = std::move(out), use](const Answer& answer) mutable {
        core.conversationEnded();
        const auto fault = faultOf(core, sent, answer, use);
        core.progress->ended(fault ? fault->sdkCode : ProvisioningServiceErrorCode::COMMON_SUCCESS);
        return fault ? told.fail(*fault) : told.complete();
      });
}

void converse(Core& core, Told told) {
  auto out = request(core);
  if (!out.ok() || !*out) {
    core.conversationEnded();
    return out.ok() ? told.complete() : told.fail(internalError(core, out.error()));
  }
  send(core, told, std::move(**out), pin);
}

void converseToCheck(Core& core, Told told) {
  using Sdk = ProvisioningServiceErrorCode;
  const auto wallet = core.withVault([](vault::Vault& vault) { return walletOf(vault); });
  if (wallet.ok() && wallet->wse != vault::WseState::kCompleted) {
    core.conversationEnded();
    return told.fail(localError(Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                                "the wallet is not registered"));
  }
  auto out = wallet.ok() ? registrationOf(core, *wallet) : wallet.error();
  if (!out.ok()) {
    core.conversationEnded();
    return told.fail(internalError(core, out.error()));
  }
  send(core, told, std::move(*out), compare);
}

}  // namespace

WalletSecureEnrollmentState WseService::getState() const {
  const auto wallet = core_.withVault([](vault::Vault& vault) { return walletOf(vault); });
  if (!wallet.ok()) return WalletSecureEnrollmentState::WSE_REQUIRED;
  switch (wallet->wse) {
    case vault::WseState::kRequired: return WalletSecureEnrollmentState::WSE_REQUIRED;
    case vault::WseState::kStarted: return WalletSecureEnrollmentState::WSE_STARTED;
    case vault::WseState::kCompleted: return WalletSecureEnrollmentState::WSE_COMPLETED;
  }
  return WalletSecureEnrollmentState::WSE_REQUIRED;
}

void WseService::startWalletSecureEnrollment(
    std::shared_ptr<WalletSecureEnrollmentListener> listener) {
  core_.post([&core = core_, told = Told(core_, std::move(listener))] {
    core.converse([&core, told] { converse(core, told); });
  });
}

void WseService::checkBackend(std::shared_ptr<WalletSecureEnrollmentListener> listener) {
  core_.post([&core = core_, told = Told(core_, std::move(listener))] {
    core.converse([&core, told] { converseToCheck(core, told); });
  });
}

}  // namespace florin::wallet
