#include "wallet/errors.h"

#include "messages/mg_status.h"
#include "wallet/core.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

bool isTransient(const Failure& failure) {
  return failure.code == Code::kUnavailable || failure.code == Code::kDeadline ||
         failure.httpStatus >= 500 || failure.httpStatus == 429;
}

Sdk sdkCodeOf(const Failure& failure) {
  switch (failure.code) {
    case Code::kUnavailable: return Sdk::COMMON_NO_INTERNET;
    case Code::kDeadline: return Sdk::COMMON_COMM_TIMEOUT_ERROR;
    case Code::kRefused: break;
    case Code::kInternal: return Sdk::SDK_INTERNAL_COMPONENT_ERROR;
    default: return Sdk::COMMON_COMM_ERROR;
  }
  const auto status = failure.cpsStatus();
  return status ? messages::factsOf(*status).sdkCode : Sdk::COMMON_SERVER_ERROR;
}

MGErrorCode gatewayCodeOf(const Failure& failure) {
  switch (failure.code) {
    case Code::kUnavailable: return MGErrorCode::NO_INTERNET;
    case Code::kDeadline: return MGErrorCode::CONNECTION_TIMEOUT;
    case Code::kRefused: break;
    case Code::kInternal: return MGErrorCode::INTERNAL_ERROR;
    default: return MGErrorCode::COMMUNICATION_ERROR;
  }
  if (failure.body) {
    if (const auto code = messages::mgErrorCodeFrom(failure.body->code)) return *code;
  }
  return MGErrorCode::SERVER_ERROR;
}

std::string correlationOf(const Failure& failure) {
  return failure.body ? failure.body->correlationId.toString() : std::string();
}

// A wrong code that spent the last try is the end of the tries for the application.
messages::CpsStatus told(messages::CpsStatus status, bool lastTry) {
  const bool exceeded = status == messages::CpsStatus::kCodeWrong && lastTry;
  return exceeded ? messages::CpsStatus::kCodeTriesExceeded : status;
}

}  // namespace

std::optional<messages::CpsStatus> Failure::cpsStatus() const {
  const auto status = body ? messages::cpsStatusFrom(body->code) : std::nullopt;
  if (!status) return std::nullopt;
  return told(*status, body->triesLeft == 0);
}

ProvisioningServiceError provisioningError(const Failure& failure) {
  ProvisioningServiceError error;
  error.sdkCode = sdkCodeOf(failure);
  error.httpStatus = failure.httpStatus;
  error.message = failure.code == Code::kRefused ? "the backend refused" : "no answer came";
  error.correlationId = correlationOf(failure);
  error.retryable = isTransient(failure);
  const auto status = failure.cpsStatus();
  if (!status) return error;
  error.cpsCode = static_cast<int>(*status);
  error.retryable = error.retryable || messages::factsOf(*status).retryable;
  if (failure.body->triesLeft >= 0) {
    error.remainingTries = static_cast<std::uint32_t>(failure.body->triesLeft);
  }
  return error;
}

ProvisioningServiceError provisioningError(messages::CpsStatus answered,
                                           std::optional<std::uint32_t> triesLeft) {
  const messages::CpsStatus status = told(answered, triesLeft == 0U);
  const auto& facts = messages::factsOf(status);
  ProvisioningServiceError error;
  error.sdkCode = facts.sdkCode;
  error.httpStatus = 200;
  error.cpsCode = static_cast<int>(status);
  error.message = "the backend refused inside the channel";
  error.remainingTries = triesLeft;
  error.retryable = facts.retryable;
  return error;
}

ProvisioningServiceError serverResponseError(const Error& error) {
  ProvisioningServiceError out;
  out.sdkCode = Sdk::INVALID_SERVER_RESPONSE;
  out.message = error.text();
  out.retryable = true;
  return out;
}

ProvisioningServiceError internalError(Core& core, const Error& error) {
  const bool stored = core.withVault([](vault::Vault& vault) { return vault.settled(); });
  ProvisioningServiceError out;
  out.sdkCode = stored ? Sdk::SDK_INTERNAL_COMPONENT_ERROR : Sdk::SDK_STORAGE_ERROR;
  out.message = error.text();
  out.retryable = !stored || error.code() == Code::kUnavailable;
  return out;
}

ProvisioningServiceError localError(Sdk code, Literal message) {
  ProvisioningServiceError error;
  error.sdkCode = code;
  error.message = message.view();
  return error;
}

MobileGatewayError gatewayError(const Failure& failure) {
  MobileGatewayError error;
  error.code = gatewayCodeOf(failure);
  error.httpStatus = failure.httpStatus;
  error.message = failure.code == Code::kRefused ? "the gateway refused" : "no answer came";
  error.correlationId = correlationOf(failure);
  error.retryable = isTransient(failure) || messages::factsOf(error.code).retryable;
  if (failure.body && failure.body->triesLeft >= 0) {
    error.remainingTries = static_cast<std::uint32_t>(failure.body->triesLeft);
  }
  return error;
}

MobileGatewayError localGatewayError(MGErrorCode code, Literal message) {
  MobileGatewayError error;
  error.code = code;
  error.message = message.view();
  error.retryable = messages::factsOf(code).retryable;
  return error;
}

}  // namespace florin::wallet
