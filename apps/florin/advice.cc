#include "advice.h"

#include <algorithm>

namespace florin::apps {
namespace {

using Sdk = ProvisioningServiceErrorCode;
using Mg = MGErrorCode;

constexpr std::string_view kTryLater =
    "the backend cannot do this now: run the same command again later, then ask its operator";
constexpr std::string_view kNoAnswer =
    "the backend gave no usable answer: see that it runs, then run the same command again";
constexpr std::string_view kRegister =
    "this wallet is not registered yet: run `florin wallet init` again";
constexpr std::string_view kOwnFault =
    "the wallet has a fault: see that the disk has room, then report it";
constexpr std::string_view kOldFlorin =
    "the backend speaks another version: install a newer florin";
constexpr std::string_view kOurBug =
    "the backend cannot read what florin sent: report it with the versions of both";
constexpr std::string_view kBusy =
    "the backend is busy, or is asked too often: wait a moment, then run the same command again";

template <class Key>
struct Row {
  Key code;
  Advice advice;
};

constexpr Row<Sdk> kSdkRows[] = {
    {Sdk::COMMON_SUCCESS, {Exit::kOk, "it went well: there is nothing to do"}},
    {Sdk::COMMON_NO_INTERNET, {Exit::kUnreachable, kNoAnswer}},
    {Sdk::COMMON_COMM_ERROR, {Exit::kUnreachable, kNoAnswer}},
    {Sdk::COMMON_COMM_TIMEOUT_ERROR, {Exit::kUnreachable, kNoAnswer}},
    {Sdk::COMMON_SERVER_ERROR,
     {Exit::kRefused, "the backend refused the request: ask its operator, its log says why"}},
    {Sdk::RETRY_EXCEEDED, {Exit::kUnreachable, kTryLater}},
    {Sdk::INVALID_SERVER_RESPONSE,
     {Exit::kRefused,
      "the backend's answer does not verify: see that it is the one that the wallet was made "
      "with"}},
    {Sdk::ENROLLMENT_WRONG_CREDENTIALS,
     {Exit::kRefused, "the backend refused this enrollment: digitize again, then enroll"}},
    {Sdk::ENROLLMENT_CREDENTIAL_EXPIRED,
     {Exit::kRefused, "the activation code has expired: digitize again to get a new code"}},
    {Sdk::ENROLLMENT_TRY_LIMIT_EXCEEDED,
     {Exit::kRefused, "too many wrong codes: digitize again to get a new code"}},
    {Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE,
     {Exit::kRefused,
      "the activation code is wrong, or not known any more: run `florin wallet continue` (for a "
      "further card `florin wallet activate`) with the right one"}},
    {Sdk::CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED,
     {Exit::kInput, "no code was entered and nothing was changed: run the same command again"}},
    {Sdk::RE_ENROLLMENT_REQUIRED,
     {Exit::kRefused,
      "the backend does not know this device any more: run `florin wallet sync`, then `florin "
      "wallet enroll` with a new code, which `florin wallet digitize` gives"}},
    {Sdk::ENROLLMENT_REQUIRED,
     {Exit::kLocalState,
      "this device is not enrolled: `florin wallet digitize` gives a code to `florin wallet "
      "enroll`, "
      "or to `florin wallet continue` if that was begun"}},
    {Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED, {Exit::kLocalState, kRegister}},
    {Sdk::REPLENISHMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED, {Exit::kLocalState, kRegister}},
    {Sdk::CARD_NOT_ENROLLED,
     {Exit::kRefused,
      "this card is not on this device: see `florin wallet cards`, or add it again "
      "with `florin wallet digitize`"}},
    {Sdk::CARD_STATE_UNKNOWN,
     {Exit::kRefused,
      "this cannot be done in the card's state: run `florin wallet sync`, then see "
      "`florin wallet cards`"}},
    {Sdk::CARD_STATE_DESYNCHRO,
     {Exit::kRefused,
      "this wallet is enrolled with another device key: run `florin wallet wipe`, "
      "then `florin wallet init`"}},
    {Sdk::REPLENISHMENT_NOT_ALLOWED,
     {Exit::kRefused,
      "the card gets no keys now: see with `florin wallet cards` whether it is active"}},
    {Sdk::INVALID_REPLENISH_MISSING_PAYMENT,
     {Exit::kRefused, "the card has enough keys: pay first, then run `florin wallet sync`"}},
    {Sdk::AUTHENTICATION_REQUIRED,
     {Exit::kRefused, "the backend wants the cardholder to prove who he is: ask the issuer"}},
    {Sdk::CREDENTIALS_ERROR,
     {Exit::kRefused,
      "the backend does not accept this card's token: add the card again with "
      "`florin wallet digitize`"}},
    {Sdk::REPLENISHMENT_PERMANENT_ERROR,
     {Exit::kRefused,
      "the card gets no keys any more: add it again with `florin wallet digitize`"}},
    {Sdk::INVALID_DIGITALCARDID,
     {Exit::kInput, "there is no such card: see `florin wallet cards`"}},
    {Sdk::EXISTING_RETRY_SESSION,
     {Exit::kLocalState, "a session is under way: wait for its end, then run the command again"}},
    {Sdk::NO_SESSION,
     {Exit::kLocalState, "there is no session to retry: see `florin wallet status`"}},
    {Sdk::SDK_STORAGE_ERROR,
     {Exit::kLocalState, "the vault cannot be written: make room, then run the command again"}},
    {Sdk::INVALID_ARGUMENT,
     {Exit::kInput,
      "the input has not its form: a code is 4 to 32 letters and digits, a language two lowercase "
      "letters, a push token visible ASCII"}},
    {Sdk::DEVICE_STATE_NOT_OK,
     {Exit::kRefused, "this system is too old for the backend: update it, then try again"}},
    {Sdk::DEVICE_SUSPICIOUS,
     {Exit::kRefused,
      "the backend has stopped this device: run `florin wallet unlock` if you locked it, else ask "
      "its operator, who suspended it or wants an attestation"}},
    {Sdk::SDK_NEED_TO_BE_UPGRADED, {Exit::kRefused, kOldFlorin}},
    {Sdk::SDK_NOT_INITIALIZED, {Exit::kInternal, kOwnFault}},
    {Sdk::SDK_INTERNAL_COMPONENT_ERROR, {Exit::kInternal, kOwnFault}},
};

// CPS codes that say more than the SDK code which they share with others.
constexpr Row<int> kCpsRows[] = {
    {527, {Exit::kRefused, "the backend has no such product: ask its operator for the program"}},
    {568,
     {Exit::kRefused,
      "the backend takes this conversation for an old one: run the same "
      "command again"}},
    {581, {Exit::kRefused, "the issuer refused: ask the issuer"}},
    {584, {Exit::kUnreachable, kBusy}},
    {588, {Exit::kUnreachable, "a system behind the backend does not answer: try again later"}},
    {670, {Exit::kUnreachable, kTryLater}},
    {671, {Exit::kUnreachable, kBusy}},
    {672, {Exit::kRefused, kOurBug}},
    {673, {Exit::kRefused, "this machine's clock is wrong: set it, then run the command again"}},
    {674, {Exit::kRefused, kOurBug}},
};

constexpr Row<Mg> kGatewayRows[] = {
    {Mg::COMMON_SUCCESS, {Exit::kOk, "it went well: there is nothing to do"}},
    {Mg::FPAN_NOT_ELIGIBLE,
     {Exit::kRefused,
      "the card is not eligible: see that it has not expired, else ask its issuer"}},
    {Mg::UNKNOWN_BIN,
     {Exit::kRefused, "no issuer of this backend has cards of this range: check the PAN"}},
    {Mg::CARD_PRODUCT_NOT_SUPPORTED,
     {Exit::kRefused, "the backend does not take this kind of card: use another one"}},
    {Mg::INCORRECT_CVV, {Exit::kRefused, "the CVV is wrong: type it again"}},
    {Mg::CARD_ALREADY_PROVISIONED_IN_WALLET,
     {Exit::kRefused, "this card is in this wallet already: see `florin wallet cards`"}},
    {Mg::DEVICE_NOT_ELIGIBLE,
     {Exit::kRefused, "this device is not eligible: ask the backend's operator"}},
    {Mg::INCORRECT_AUTHENTICATION_TOKEN,
     {Exit::kRefused, "the issuer's token does not verify: get a new one from the issuer"}},
    {Mg::CARD_PROVISIONING_COUNT_EXCEEDED,
     {Exit::kRefused,
      "the wallet is full, or has too many codes that were not used: use those, or "
      "wait until they expire"}},
    {Mg::UNKNOWN_IDV_METHOD,
     {Exit::kRefused, "the issuer does not know this way to prove oneself: choose another one"}},
    {Mg::PROVISIONING_NOT_ALLOWED,
     {Exit::kRefused, "the issuer declined this card: ask the issuer"}},
    {Mg::INCORRECT_OTP, {Exit::kRefused, "the one-time password is wrong: type it again"}},
    {Mg::INCORRECT_OTP_MAX_TRY_EXCEEDED,
     {Exit::kRefused, "too many wrong one-time passwords: choose the method again for a new one"}},
    {Mg::OTP_EXPIRED,
     {Exit::kRefused, "the one-time password has expired: choose the method again for a new one"}},
    {Mg::IDV_METHOD_NOT_AVAILABLE,
     {Exit::kRefused, "this way to prove oneself is not available: choose another one"}},
    {Mg::EXTERNAL_SYSTEM_UNAVAILABLE,
     {Exit::kUnreachable, "the issuer does not answer: try again later"}},
    {Mg::UNKNOWN_WALLET_PROVIDER_ID,
     {Exit::kRefused, "the backend does not know this wallet's provider: ask its operator"}},
    {Mg::UNKNOWN_WALLET_ID,
     {Exit::kRefused,
      "the backend does not know this wallet: run `florin wallet sync`; if that does not help, "
      "see that the backend is the one that the wallet was made with"}},
    {Mg::UNKNOWN_DIGITAL_CARD_ID,
     {Exit::kRefused,
      "the backend does not know this card: run `florin wallet sync`, then see "
      "`florin wallet cards`"}},
    {Mg::UNKNOWN_CORRELATION_ID,
     {Exit::kRefused, "the backend does not know this digitization: digitize again"}},
    {Mg::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION,
     {Exit::kRefused, "this cannot be done in the card's state: see `florin wallet cards`"}},
    {Mg::OPERATION_ALREADY_ONGOING,
     {Exit::kUnreachable,
      "the backend is at it already: wait a moment, then see "
      "`florin wallet cards`"}},
    {Mg::MISSING_REQUIRED_PARAMETER, {Exit::kRefused, kOurBug}},
    {Mg::INVALID_CARD_DATA,
     {Exit::kInput, "the card data cannot be used: check PAN, expiry and CVV"}},
    {Mg::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED, {Exit::kLocalState, kRegister}},
    {Mg::DEVICE_SUSPICIOUS,
     {Exit::kRefused, "the backend does not trust this device: ask its operator"}},
    {Mg::INVALID_PUSH_SESSION_ID,
     {Exit::kRefused,
      "the session was used, or is over: get a new one from the issuer's application"}},
    {Mg::SERVER_ERROR, {Exit::kUnreachable, kTryLater}},
    {Mg::NO_INTERNET, {Exit::kUnreachable, kNoAnswer}},
    {Mg::CONNECTION_TIMEOUT, {Exit::kUnreachable, kNoAnswer}},
    {Mg::COMMUNICATION_ERROR, {Exit::kUnreachable, kNoAnswer}},
    {Mg::INTERNAL_ERROR, {Exit::kInternal, kOwnFault}},
};

constexpr Row<std::string_view> kProblemRows[] = {
    {"unauthorized",
     {Exit::kRefused,
      "the backend does not take this token: give --token-file one for this API that was not "
      "revoked, and --client-pem where the issuer has to show a certificate"}},
    {"malformed",
     {Exit::kInput, "the backend cannot read this: ids are 32 lowercase hex characters"}},
    {"wrong-expiry",
     {Exit::kInput, "the card cannot get this expiry: give --exp as MMYY, of a month to come"}},
    {"unknown-card",
     {Exit::kRefused,
      "there is no such card for who asks: check the digital card id, and that the token is its "
      "issuer's"}},
    {"unknown-device",
     {Exit::kRefused,
      "there is no such device: see `florin ops device find --wallet ID` for the device of a "
      "wallet"}},
    {"unknown-operation",
     {Exit::kRefused, "the device has no such operation: see `florin ops operations --device ID`"}},
    {"unknown-token",
     {Exit::kRefused,
      "there is no such token, or no such tenant: see `florin ops token list`, and the [[issuer]] "
      "of florind.toml"}},
    {"not-your-card",
     {Exit::kRefused, "the PAN is in none of your ranges: the operator has them in florind.toml"}},
    {"invalid-card-data",
     {Exit::kRefused, "the backend cannot open the card data: is --ca of the same backend?"}},
    {"too-many-push-sessions",
     {Exit::kRefused, "10,000 cards wait for wallets already: some must be fetched, or end"}},
    {"no-push", {Exit::kRefused, "the card's wallet cannot be pushed to: it finds out by polling"}},
    {"own-token",
     {Exit::kRefused, "a token does not revoke itself: make another, and revoke this one with it"}},
    {"too-many-tokens",
     {Exit::kRefused, "there are as many tokens as there may be: see docs/operations.md"}},
    {"suspended-by-others",
     {Exit::kRefused, "others have suspended it, who must resume it: the show command says who"}},
    {"card-deleted",
     {Exit::kRefused, "the card was deleted, for ever: its PAN must be digitized again"}},
    {"card-retired", {Exit::kRefused, "the card has expired: it can only be deleted"}},
    {"wrong-state",
     {Exit::kRefused, "the device's state does not allow it: see `florin ops device show`"}},
    {"webhook-waits",
     {Exit::kRefused,
      "the webhook was not given up: it still waits; see `florin ops webhooks --parked`"}},
    {"unknown-webhook",
     {Exit::kRefused,
      "there is no such webhook: it was delivered, perhaps; see `florin ops webhooks`"}},
    {"unknown-bin",
     {Exit::kRefused,
      "no issuer of this backend has cards of this number: see `florin ops issuers`"}},
    {"unknown-digitization",
     {Exit::kRefused,
      "nothing is known of this digitization: check the correlation id, and that the backend is "
      "the wallet's"}},
    {"not-parked",
     {Exit::kRefused,
      "the operation is not parked, or no longer: see `florin ops operations --device ID "
      "--parked`"}},
    {"reason",
     {Exit::kInput, "the backend does not know this reason: see --help for those it has"}},
    {"unavailable", {Exit::kUnreachable, kTryLater}},
    {"internal", {Exit::kUnreachable, kTryLater}},
};

template <class Key, std::size_t kRows>
const Advice* find(const Row<Key> (&rows)[kRows], Key code) {
  const auto* const row = std::ranges::find(rows, code, &Row<Key>::code);
  return row == std::end(rows) ? nullptr : &row->advice;
}

}  // namespace

Advice adviceOn(const ProvisioningServiceError& error) {
  if (const Advice* advice = find(kCpsRows, error.cpsCode)) return *advice;
  if (error.sdkCode == Sdk::COMMON_SERVER_ERROR && error.retryable) {
    return {Exit::kUnreachable, kTryLater};
  }
  const Advice* advice = find(kSdkRows, error.sdkCode);
  return advice == nullptr ? Advice{} : *advice;
}

Advice adviceOn(const MobileGatewayError& error) {
  const Advice* advice = find(kGatewayRows, error.code);
  return advice == nullptr ? Advice{} : *advice;
}

Advice adviceOnProblem(int httpStatus, std::string_view type) {
  if (const Advice* advice = find(kProblemRows, type)) return *advice;
  if (httpStatus == 429) return {Exit::kUnreachable, kBusy};
  if (httpStatus >= 500) return {Exit::kUnreachable, kTryLater};
  return {Exit::kRefused,
          "this is no florind, or one of another version: see that --backend is right"};
}

}  // namespace florin::apps
