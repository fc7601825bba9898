// Errors that reach the application: names of the documented contract (docs/integrating.md), with
// all that support needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "florin/result.h"
#include "florin/version.h"

namespace florin {

enum class ProvisioningServiceErrorCode : std::uint8_t {
  COMMON_SUCCESS,
  COMMON_NO_INTERNET,
  COMMON_COMM_ERROR,
  COMMON_COMM_TIMEOUT_ERROR,
  COMMON_SERVER_ERROR,
  RETRY_EXCEEDED,
  INVALID_SERVER_RESPONSE,
  ENROLLMENT_WRONG_CREDENTIALS,
  ENROLLMENT_CREDENTIAL_EXPIRED,
  ENROLLMENT_TRY_LIMIT_EXCEEDED,
  ENROLLMENT_WRONG_ACTIVATION_CODE,
  CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED,
  RE_ENROLLMENT_REQUIRED,
  ENROLLMENT_REQUIRED,
  ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
  REPLENISHMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
  CARD_NOT_ENROLLED,
  CARD_STATE_UNKNOWN,
  CARD_STATE_DESYNCHRO,
  REPLENISHMENT_NOT_ALLOWED,
  INVALID_REPLENISH_MISSING_PAYMENT,
  AUTHENTICATION_REQUIRED,
  CREDENTIALS_ERROR,
  REPLENISHMENT_PERMANENT_ERROR,
  INVALID_DIGITALCARDID,
  EXISTING_RETRY_SESSION,  // ours: the session has not ended yet
  NO_SESSION,              // ours: there is no session to retry
  INVALID_ARGUMENT,        // ours: empty or malformed input, refused without network
  SDK_STORAGE_ERROR,       // ours: the vault takes nothing: no space, read-only; nothing is lost
  DEVICE_STATE_NOT_OK,
  DEVICE_SUSPICIOUS,
  SDK_NEED_TO_BE_UPGRADED,
  SDK_NOT_INITIALIZED,
  SDK_INTERNAL_COMPONENT_ERROR,
};

// name gives the enumerator's spelling, for logs and support.
FLORIN_EXPORT std::string_view name(ProvisioningServiceErrorCode code);

// LockReason is why the backend stopped this device, as its operator or its policy gave it. Shown
// to the cardholder it tells a thief what is known: an application decides what it shows.
enum class LockReason : std::uint8_t {
  NONE = 0,  // it is not stopped, or nobody said why
  LOST = 1,  // its owner misses it
  STOLEN = 2,
  FRAUD_SUSPECTED = 3,     // of its payments
  DEVICE_NOT_TRUSTED = 4,  // rooted, emulated, out of date
  OLD_VAULT = 5,           // an old copy of this wallet was put back, or two copies are in use
  ACCOUNT_CLOSED = 6,
};

// name gives the enumerator's spelling. It is also what an operator writes.
FLORIN_EXPORT std::string_view name(LockReason reason);

struct ProvisioningServiceError {
  ProvisioningServiceErrorCode sdkCode = ProvisioningServiceErrorCode::COMMON_SUCCESS;
  int httpStatus = 0;   // 0: no answer came
  int cpsCode = 0;      // 523 ...; 0: none
  std::string message;  // for support, never for the cardholder; carries no secret
  std::optional<std::uint32_t> remainingTries;  // after a wrong activation code
  std::string tokenizedCardId;                  // the card concerned, or empty
  std::string correlationId;                    // quote it to the backend's operator
  bool retryable = false;                       // the same call may succeed later
  LockReason lockReason = LockReason::NONE;     // with cpsCode 599, when a reason was given
};

enum class MGErrorCode : std::uint16_t {
  COMMON_SUCCESS = 0,
  FPAN_NOT_ELIGIBLE = 1001,
  UNKNOWN_BIN = 1002,
  CARD_PRODUCT_NOT_SUPPORTED = 1003,
  INCORRECT_CVV = 1004,
  CARD_ALREADY_PROVISIONED_IN_WALLET = 1005,
  DEVICE_NOT_ELIGIBLE = 1006,
  INCORRECT_AUTHENTICATION_TOKEN = 1007,
  CARD_PROVISIONING_COUNT_EXCEEDED = 1008,
  UNKNOWN_IDV_METHOD = 1009,
  PROVISIONING_NOT_ALLOWED = 1010,
  INCORRECT_OTP = 1011,
  INCORRECT_OTP_MAX_TRY_EXCEEDED = 1012,
  OTP_EXPIRED = 1013,
  IDV_METHOD_NOT_AVAILABLE = 1014,
  EXTERNAL_SYSTEM_UNAVAILABLE = 1015,
  UNKNOWN_WALLET_PROVIDER_ID = 1016,
  UNKNOWN_WALLET_ID = 1017,
  UNKNOWN_DIGITAL_CARD_ID = 1018,
  UNKNOWN_CORRELATION_ID = 1019,
  CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION = 1020,
  OPERATION_ALREADY_ONGOING = 1021,
  MISSING_REQUIRED_PARAMETER = 1022,
  INVALID_CARD_DATA = 1023,
  BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED = 1024,
  DEVICE_SUSPICIOUS = 1025,
  INVALID_PUSH_SESSION_ID = 1026,
  SERVER_ERROR = 1027,
  NO_INTERNET = 1101,
  CONNECTION_TIMEOUT = 1102,
  COMMUNICATION_ERROR = 1103,
  INTERNAL_ERROR = 1104,
};

FLORIN_EXPORT std::string_view name(MGErrorCode code);

struct MobileGatewayError {
  MGErrorCode code = MGErrorCode::COMMON_SUCCESS;
  int httpStatus = 0;
  std::string message;
  std::string correlationId;
  bool retryable = false;
  std::optional<std::uint32_t> remainingTries = std::nullopt;  // of a wrong OTP
};

}  // namespace florin
