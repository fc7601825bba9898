#include "sdk_failures.h"

namespace florin::apps {
namespace {

using Sdk = ProvisioningServiceErrorCode;

// Advice is the exit status of a code and what a person can do about it.
struct Advice {
  Exit exit;
  const char* text;
};

Advice enrollmentAdvice(Sdk code) {
  switch (code) {
    case Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE:
      return {Exit::kRefused, "the activation code is wrong"};  // the caller names the next command
    case Sdk::ENROLLMENT_TRY_LIMIT_EXCEEDED:
      return {Exit::kRefused, "too many wrong codes: digitize again to get a new code"};
    case Sdk::ENROLLMENT_CREDENTIAL_EXPIRED:
      return {Exit::kRefused, "the activation code has expired: digitize again to get a new code"};
    case Sdk::ENROLLMENT_WRONG_CREDENTIALS:
      return {Exit::kRefused, "the backend refused this enrollment: digitize again, then enroll"};
    case Sdk::CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED:
      return {Exit::kInput, "no code was entered; nothing was changed"};
    case Sdk::RE_ENROLLMENT_REQUIRED:
      return {Exit::kRefused,
              "the backend does not know this wallet any more: wipe it and make a new one"};
    case Sdk::ENROLLMENT_REQUIRED:
      return {Exit::kLocalState, "this device is not enrolled: run `florin wallet enroll`"};
    case Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED:
    case Sdk::REPLENISHMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED:
      return {Exit::kLocalState,
              "this wallet is not registered yet: run `florin wallet init` again"};
    default:
      return {Exit::kRefused, "the backend refused: `florin wallet status` tells where it stands"};
  }
}

Advice adviceFor(const ProvisioningServiceError& error) {
  switch (error.sdkCode) {
    case Sdk::COMMON_SERVER_ERROR:
    case Sdk::RETRY_EXCEEDED:
      if (error.retryable) return {Exit::kUnreachable, "the backend has a fault: try again later"};
      return {Exit::kRefused, "the backend refused the request: see its log"};
    case Sdk::INVALID_SERVER_RESPONSE:
      return {Exit::kRefused,
              "the backend's answer does not verify: is this the backend that the wallet was made "
              "with?"};
    case Sdk::INVALID_ARGUMENT: return {Exit::kInput, "the input has not its form: see --help"};
    case Sdk::CARD_STATE_DESYNCHRO:
      return {Exit::kRefused,
              "the card is bound to another device key: wipe this wallet and make a new one"};
    case Sdk::REPLENISHMENT_NOT_ALLOWED:
      return {Exit::kRefused, "the card gets no keys now: is it active? `florin wallet cards`"};
    case Sdk::SDK_NEED_TO_BE_UPGRADED:
      return {Exit::kRefused, "the backend speaks another version: install a newer florin"};
    case Sdk::SDK_NOT_INITIALIZED:
    case Sdk::SDK_INTERNAL_COMPONENT_ERROR:
      return {Exit::kInternal,
              "the wallet has a fault: see that the disk has room, then report it"};
    default: return enrollmentAdvice(error.sdkCode);
  }
}

bool noAnswer(Sdk code) {
  return code == Sdk::COMMON_NO_INTERNET || code == Sdk::COMMON_COMM_ERROR ||
         code == Sdk::COMMON_COMM_TIMEOUT_ERROR;
}

Advice adviceFor(const MobileGatewayError& error) {
  switch (error.code) {
    case MGErrorCode::INVALID_CARD_DATA:
      return {Exit::kInput, "the card data cannot be used: check PAN, expiry and CVV"};
    case MGErrorCode::UNKNOWN_BIN:
      return {Exit::kRefused, "no issuer of this backend has cards of this range: check the PAN"};
    case MGErrorCode::FPAN_NOT_ELIGIBLE:
      return {Exit::kRefused, "the card is not eligible: has it expired?"};
    case MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET:
      return {Exit::kRefused, "this card is in this wallet already: see `florin wallet cards`"};
    case MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED:
      return {Exit::kRefused, "the wallet is full, or has too many codes that were not used"};
    case MGErrorCode::PROVISIONING_NOT_ALLOWED:
      return {Exit::kRefused, "the issuer declined this card: ask the issuer"};
    case MGErrorCode::UNKNOWN_WALLET_ID:
      return {
          Exit::kRefused,
          "the backend does not know this wallet: is it the one that the wallet was made with?"};
    case MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED:
      return {Exit::kLocalState,
              "this wallet is not registered yet: run `florin wallet init` again"};
    case MGErrorCode::INTERNAL_ERROR:
      return {Exit::kInternal,
              "the wallet has a fault: see that the disk has room, then report it"};
    default:
      if (error.retryable) return {Exit::kUnreachable, "the backend has a fault: try again later"};
      return {Exit::kRefused, "the backend refused the card"};
  }
}

}  // namespace

Failure failureOf(const ProvisioningServiceError& error, const BackendLink& link) {
  const std::string code(name(error.sdkCode));
  if (noAnswer(error.sdkCode) && error.httpStatus == 0) {
    Failure failure = link.unreachable();
    failure.name = code;
    return failure;
  }
  const Advice advice = adviceFor(error);
  Failure failure{advice.exit, advice.text, code, error.correlationId, error.remainingTries};
  if (error.remainingTries) {
    failure.text += " (" + std::to_string(*error.remainingTries) + " tries left)";
  }
  failure.text += " [" + code;
  if (error.cpsCode != 0) failure.text += " " + std::to_string(error.cpsCode);
  failure.text += "]";
  return failure;
}

Failure failureOf(const MobileGatewayError& error, const BackendLink& link) {
  const std::string code(name(error.code));
  const bool noAnswer = error.code == MGErrorCode::NO_INTERNET ||
                        error.code == MGErrorCode::CONNECTION_TIMEOUT ||
                        error.code == MGErrorCode::COMMUNICATION_ERROR;
  if (noAnswer) {
    Failure failure = link.unreachable();
    failure.name = code;
    return failure;
  }
  const Advice advice = adviceFor(error);
  return {advice.exit, std::string(advice.text) + " [" + code + "]", code, error.correlationId};
}

}  // namespace florin::apps
