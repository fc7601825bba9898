// Provisioning sessions: a further card's activation code, messages that a push announced, polling.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "florin/bytes.h"
#include "florin/enrollment.h"
#include "florin/error.h"
#include "florin/version.h"

namespace florin {

// One applied operation: code such as "CBP.info.tokenProvisioned". `params` has "lockReason", the
// name of a LockReason, when the operation came because the device was stopped for it. Or a payment
// that a push told of, "CBP.info.paymentAccepted", with "digitalCardId".
struct ProvisioningServiceMessage {
  std::string code;
  std::string text;
  std::map<std::string, std::string> params;
  std::string severity;  // "info" or "error"
};

class FLORIN_EXPORT PushServiceListener {
 public:
  virtual ~PushServiceListener() = default;

  // `tokenizedCardId` is empty for a message that concerns no card.
  virtual void onServerMessage(const std::string& tokenizedCardId,
                               const ProvisioningServiceMessage& message) = 0;
  virtual void onComplete() = 0;
  virtual void onError(const ProvisioningServiceError& error) = 0;
  virtual void onUnsupportedPushContent(const std::map<std::string, std::string>& bundle) = 0;
};

// ProvisioningPhase is what the SDK is doing with the backend.
enum class ProvisioningPhase : std::uint8_t {
  IDLE,
  REGISTERING,       // wallet secure enrollment
  DIGITIZING,        // a card's data went to the gateway
  ENROLLING,         // the device; also while its code is awaited
  EXCHANGING,        // a session with an enrolled device
  APPLYING,          // operations that came with an exchange
  CHANGING_CARD,     // the cardholder's wish went to the gateway
  WAITING_TO_RETRY,  // the backend was not reached; `retryIn`
};

FLORIN_EXPORT std::string_view name(ProvisioningPhase phase);

// What the SDK is doing at one moment: for a screen that waits, and for support. It carries no
// secret.
struct ProvisioningProgress {
  ProvisioningPhase phase = ProvisioningPhase::IDLE;
  bool requestInFlight = false;  // an answer is awaited
  // Of the last session, or of the one under way: how many operations are dealt with, of those that
  // came so far.
  std::uint32_t operationsApplied = 0;
  std::uint32_t operationsExpected = 0;
  std::optional<std::chrono::milliseconds> retryIn;  // from now
  // How the last conversation ended.
  ProvisioningServiceErrorCode lastError = ProvisioningServiceErrorCode::COMMON_SUCCESS;
};

// PushInbox keeps messages that arrive before the wallet is open; give each to
// processIncomingMessage then. Equal ones count once. Any thread.
class FLORIN_EXPORT PushInbox {
 public:
  static constexpr std::size_t kMessages = 16;

  // put is false when kMessages different ones are kept already. Nothing is lost by that:
  // `synchronize` fetches what all of them would.
  bool put(std::map<std::string, std::string> bundle);

  // take gives all in the order in which they came, and forgets them.
  std::vector<std::map<std::string, std::string>> take();

 private:
  std::mutex mutex_;
  std::vector<std::map<std::string, std::string>> bundles_;
};

class FLORIN_EXPORT AccessTokenListener {
 public:
  virtual ~AccessTokenListener() = default;

  // onSuccess: good for this card in this wallet's own requests, for ten minutes.
  virtual void onSuccess(const std::string& digitalCardId, const SecretBytes& accessToken) = 0;
  virtual void onError(const std::string& digitalCardId, const ProvisioningServiceError& error) = 0;
};

// NO_REFRESH takes the token of before as long as it is good.
enum class AccessTokenMode { REFRESH, NO_REFRESH };

class FLORIN_EXPORT ProvisioningBusinessService {
 public:
  virtual ~ProvisioningBusinessService() = default;

  // sendActivationCode provisions a further card of an enrolled device. ENROLLMENT_REQUIRED when it
  // is not enrolled.
  virtual void sendActivationCode(std::shared_ptr<EnrollingServiceListener> listener) = 0;

  // retrySession goes on with the session that ended in onError, or that the process did not live
  // to end; no code is asked for. EXISTING_RETRY_SESSION while a session is under way, NO_SESSION
  // when there is nothing to retry.
  virtual void retrySession(std::shared_ptr<EnrollingServiceListener> listener) = 0;

  // synchronize asks the backend for what waits (ours): what a push would announce, without the
  // push.
  virtual void synchronize(std::shared_ptr<PushServiceListener> listener) = 0;

  // poll is `synchronize` when nextPoll is zero, else a success without network: for a job that the
  // platform's scheduler runs. One that fails is due again after a minute, then twice as long each
  // time up to an hour, up to half of it taken off by chance.
  virtual void poll(std::shared_ptr<PushServiceListener> listener) = 0;

  // nextPoll is how long from now `poll` has nothing to do; zero when it is due; nothing while the
  // device is not enrolled. Every answered exchange moves it, whoever asked for it. It survives
  // restarts, and a clock that jumps makes it due at most once too often. Any thread.
  [[nodiscard]] virtual std::optional<std::chrono::milliseconds> nextPoll() const = 0;

  // processIncomingMessage does what a push asks for (wallet-api 4), its keys compared without
  // case: `sender` CPS fetches what waits; `sender` MG with `action`
  // MG:ReplenishmentNeededNotification fetches keys for the card of `digitalCardID`; `sender` TNS
  // with `action` TNS:PaymentTransactionNotification is told as CBP.info.paymentAccepted, without
  // network: nobody has proved it, the card's history does. Anything else
  // is the application's own: onUnsupportedPushContent, and no other call. A push says that
  // something waits and carries nothing, so one that is lost or comes twice does no harm.
  // ENROLLMENT_REQUIRED when the device is not enrolled; CARD_NOT_ENROLLED when the card is not
  // here.
  virtual void processIncomingMessage(const std::map<std::string, std::string>& bundle,
                                      std::shared_ptr<PushServiceListener> listener) = 0;

  // updatePushToken tells the backend under which token pushes reach this device from now on: the
  // provider's token, for HMS with "HMS:" before it, at most 4096 printable ASCII characters. The
  // token that it has already is a success without network; INVALID_ARGUMENT when it is empty or
  // has not that form; ENROLLMENT_REQUIRED before enrollment, which takes the token itself.
  virtual void updatePushToken(const std::string& token,
                               std::shared_ptr<PushServiceListener> listener) = 0;

  // sendRequestForReplenishment asks for keys of one card; `force` also above the policy's
  // threshold.
  virtual void sendRequestForReplenishment(const std::string& tokenizedCardId,
                                           std::shared_ptr<PushServiceListener> listener,
                                           bool force) = 0;

  // getAccessToken gets what refreshHistory wants. INVALID_DIGITALCARDID, without network, when it
  // is no id; CARD_NOT_ENROLLED when this wallet has no such card at the backend.
  virtual void getAccessToken(const std::string& digitalCardId, AccessTokenMode mode,
                              std::shared_ptr<AccessTokenListener> listener) = 0;
};

}  // namespace florin
