#include "wallet/asking.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

SessionOutcome failed(Core& core, const Error& error) {
  return {internalError(core, error), {}, {}};
}

}  // namespace

bool isEnrolled(Core& core) {
  return core.withVault([](vault::Vault& vault) { return statusOf(vault); }) ==
         EnrollmentStatus::ENROLLMENT_COMPLETE;
}

ProvisioningServiceError notEnrolled() {
  return localError(Sdk::ENROLLMENT_REQUIRED, "the device is not enrolled");
}

Result<std::optional<messages::RequestType>> requestInFlight(Core& core) {
  return core.withVault([](vault::Vault& vault) -> Result<std::optional<messages::RequestType>> {
    FLORIN_TRY_ASSIGN(const auto requests, vault::readRecord<vault::RequestsRecord>(vault));
    if (!requests || !requests->inFlight) return std::optional<messages::RequestType>();
    return std::optional(requests->type);
  });
}

Status storeRequest(Core& core, vault::RequestsRecord request) {
  return core.withVault([&](vault::Vault& vault) -> Status {
    vault::Transaction transaction;
    FLORIN_TRY(putRequest(transaction, vault, std::move(request)));
    return vault.commit(std::move(transaction));
  });
}

std::optional<ProvisioningServiceError> errorOf(const SessionOutcome& outcome) {
  if (outcome.error) return outcome.error;
  if (!outcome.result) {
    return localError(Sdk::INVALID_SERVER_RESPONSE, "the request was not answered");
  }
  if (outcome.result->status == messages::CpsStatus::kOk) return std::nullopt;
  auto error = provisioningError(outcome.result->status, outcome.result->triesLeft);
  error.lockReason = outcome.lockReason;
  return error;
}

void ask(Core& core, const Disarm& disarm, Asking asking) {
  const auto open = requestInFlight(core);
  if (!open.ok()) return asking.done(failed(core, open.error()));
  if (*open) {
    return runSession(core, disarm, [asking = std::move(asking)](const SessionOutcome& outcome) {
      const bool finished = !outcome.error && outcome.result;
      return finished ? asking.again(outcome) : asking.done(outcome);
    });
  }
  if (const Status stored = asking.store(); !stored.ok())
    return asking.done(failed(core, stored.error()));
  runSession(core, disarm, std::move(asking.done));
}

ProvisioningServiceMessage messageOf(const std::string& code) {
  return {code, code.substr(code.rfind('.') + 1), {}, "info"};
}

void tellApplied(PushTold& told, const std::vector<Applied>& all) {
  for (const Applied& applied : all) {
    ProvisioningServiceMessage message = messageOf(applied.code);
    if (applied.lockReason != LockReason::NONE) {
      message.params.emplace("lockReason", name(applied.lockReason));
    }
    told.tell([card = applied.tokenizedCardId, message](PushServiceListener& listener) {
      listener.onServerMessage(card, message);
    });
  }
}

void end(Core& core, PushTold told, const std::optional<ProvisioningServiceError>& error) {
  core.conversationEnded();
  return error ? told.fail(*error) : told.complete();
}

}  // namespace florin::wallet
