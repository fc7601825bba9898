// Provisioning sessions: a further card's activation code, messages that a push announced, polling.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "florin/enrollment.h"
#include "florin/error.h"
#include "florin/version.h"

namespace florin {

// One applied operation: code such as "CBP.info.tokenProvisioned".
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

  // sendRequestForReplenishment asks for keys of one card; `force` also above the policy's
  // threshold.
  virtual void sendRequestForReplenishment(const std::string& tokenizedCardId,
                                           std::shared_ptr<PushServiceListener> listener,
                                           bool force) = 0;
};

}  // namespace florin
