// Enrollment of the wallet instance (WSE) and of the device (CPS). Names, states and the order of
// callbacks are those of docs/integrating.md. Every listener runs on the wallet's executor, never
// inside the call that it was passed to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "florin/error.h"
#include "florin/version.h"

namespace florin {

enum class WalletSecureEnrollmentState : std::uint8_t {
  WSE_REQUIRED,
  WSE_STARTED,
  WSE_COMPLETED,
  WSE_NOT_REQUIRED,
};

class FLORIN_EXPORT WalletSecureEnrollmentListener {
 public:
  virtual ~WalletSecureEnrollmentListener() = default;
  virtual void onComplete() = 0;
  virtual void onError(const ProvisioningServiceError& error) = 0;
};

class FLORIN_EXPORT WalletSecureEnrollmentBusinessService {
 public:
  virtual ~WalletSecureEnrollmentBusinessService() = default;

  // getState reads durable state only.
  [[nodiscard]] virtual WalletSecureEnrollmentState getState() const = 0;

  // startWalletSecureEnrollment registers the wallet's signing key and pins the backend's keys.
  // When it is done already, onComplete follows without network.
  virtual void startWalletSecureEnrollment(
      std::shared_ptr<WalletSecureEnrollmentListener> listener) = 0;

  // checkBackend asks whether the backend behind the transport is the one that this wallet was
  // registered with (ours): for an application that changes the address. It changes nothing here;
  // another backend learns the wallet's public key. INVALID_SERVER_RESPONSE: it is another one, or
  // no backend. It is no proof of identity: every exchange of the channel is.
  virtual void checkBackend(std::shared_ptr<WalletSecureEnrollmentListener> listener) = 0;
};

enum class EnrollmentStatus : std::uint8_t {
  ENROLLMENT_NEEDED,       // call enroll
  ENROLLMENT_IN_PROGRESS,  // call continueEnrollment
  ENROLLMENT_COMPLETE,     // call ProvisioningBusinessService::sendActivationCode
};

FLORIN_EXPORT std::string_view name(EnrollmentStatus status);
FLORIN_EXPORT std::string_view name(WalletSecureEnrollmentState state);

// SecureCodeInputer takes the activation code byte by byte; its copy is wiped. Dropping it without
// finish() cancels the entry: CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED.
class FLORIN_EXPORT SecureCodeInputer {
 public:
  virtual ~SecureCodeInputer() = default;
  virtual void input(std::uint8_t byte) = 0;
  virtual void reset() = 0;   // forget what was entered
  virtual void finish() = 0;  // hand it over; further calls do nothing
};

class FLORIN_EXPORT CHCodeVerifier {
 public:
  virtual ~CHCodeVerifier() = default;

  // getSecureCodeInputer gives the one inputer of this verifier; a second call gives nothing.
  virtual std::unique_ptr<SecureCodeInputer> getSecureCodeInputer() = 0;
};

// Order: onStarted once; onCodeRequired when the code is needed at that moment; then exactly one of
// onComplete and onError.
class FLORIN_EXPORT EnrollingServiceListener {
 public:
  virtual ~EnrollingServiceListener() = default;
  virtual void onStarted() = 0;
  virtual void onCodeRequired(std::shared_ptr<CHCodeVerifier> verifier) = 0;
  virtual void onComplete() = 0;  // the device is enrolled and what the code was for is provisioned
  virtual void onError(const ProvisioningServiceError& error) = 0;
};

class FLORIN_EXPORT EnrollingBusinessService {
 public:
  virtual ~EnrollingBusinessService() = default;

  // isEnrolled reads durable state only: it is the same after any crash.
  [[nodiscard]] virtual EnrollmentStatus isEnrolled() const = 0;

  // enroll starts device enrollment. `walletId`: MGCardEnrollmentService::getWalletId().
  // `pushToken`: FCM as it is, HMS Push Kit as "HMS:<token>"; empty when the application polls.
  // `language`: ISO 639-1. Malformed input: onError with INVALID_ARGUMENT, no network.
  virtual void enroll(const std::string& walletId, const std::string& pushToken,
                      const std::string& language,
                      std::shared_ptr<EnrollingServiceListener> listener) = 0;

  // continueEnrollment goes on where it stopped; it asks for the code only if it is still needed.
  virtual void continueEnrollment(const std::string& language,
                                  std::shared_ptr<EnrollingServiceListener> listener) = 0;
};

}  // namespace florin
