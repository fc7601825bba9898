#include "sdk_failures.h"

#include "advice.h"

namespace florin::apps {
namespace {

using Sdk = ProvisioningServiceErrorCode;

bool noAnswer(const ProvisioningServiceError& error) {
  return error.httpStatus == 0 &&
         (error.sdkCode == Sdk::COMMON_NO_INTERNET || error.sdkCode == Sdk::COMMON_COMM_ERROR ||
          error.sdkCode == Sdk::COMMON_COMM_TIMEOUT_ERROR);
}

bool noAnswer(const MobileGatewayError& error) {
  return error.code == MGErrorCode::NO_INTERNET || error.code == MGErrorCode::CONNECTION_TIMEOUT ||
         error.code == MGErrorCode::COMMUNICATION_ERROR;
}

std::string triesLeft(std::uint32_t tries) {
  return "; " + std::to_string(tries) + (tries == 1 ? " try left" : " tries left");
}

}  // namespace

Failure failureOf(const ProvisioningServiceError& error, const BackendLink& link) {
  std::string code(name(error.sdkCode));
  if (noAnswer(error)) {
    Failure failure = link.unreachable();
    failure.name = std::move(code);
    return failure;
  }
  const Advice advice = adviceOn(error);
  Failure failure{advice.exit, std::string(advice.text), code, error.correlationId,
                  error.remainingTries};
  if (error.remainingTries.value_or(0) > 0) failure.text += triesLeft(*error.remainingTries);
  if (error.lockReason != LockReason::NONE) failure.lockReason = name(error.lockReason);
  failure.text += " [" + code;
  if (error.cpsCode != 0) failure.text += " " + std::to_string(error.cpsCode);
  if (!failure.lockReason.empty()) failure.text += " " + failure.lockReason;
  failure.text += "]";
  return failure;
}

Failure failureOf(const MobileGatewayError& error, const BackendLink& link) {
  std::string code(name(error.code));
  if (noAnswer(error)) {
    Failure failure = link.unreachable();
    failure.name = std::move(code);
    return failure;
  }
  const Advice advice = adviceOn(error);
  Failure failure{advice.exit, std::string(advice.text), code, error.correlationId,
                  error.remainingTries};
  if (error.remainingTries.value_or(0) > 0) failure.text += triesLeft(*error.remainingTries);
  failure.text += " [" + code + "]";
  return failure;
}

}  // namespace florin::apps
