// Mobile gateway: digitization of a card, and what the cardholder does with it, or with the whole
// wallet, later.
#pragma once

#include <memory>
#include <string>

#include "florin/bytes.h"
#include "florin/error.h"
#include "florin/version.h"

namespace florin {

// A card as the cardholder typed it. It is encrypted for the gateway before it leaves the SDK.
struct CardInput {
  SecretBytes pan;     // 12 to 19 digits, valid by Luhn
  std::string expiry;  // MMYY
  SecretBytes cvv;     // 3 or 4 digits, or empty
  std::string holderName;
};

class FLORIN_EXPORT MGDigitizationListener {
 public:
  virtual ~MGDigitizationListener() = default;

  // `activationCode` is for enroll, continueEnrollment or sendActivationCode.
  virtual void onCPSActivationCodeAcquired(const std::string& digitalCardId,
                                           const SecretBytes& activationCode) = 0;
  virtual void onComplete(const std::string& digitalCardId) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

class FLORIN_EXPORT MGCardEnrollmentService {
 public:
  virtual ~MGCardEnrollmentService() = default;

  // getWalletId gives this wallet instance's id, 32 hex characters, stable until a wipe.
  [[nodiscard]] virtual std::string getWalletId() const = 0;

  // digitizeCard sends the card for a decision. Invalid card data: onError with INVALID_CARD_DATA,
  // no network.
  virtual void digitizeCard(CardInput card, const std::string& language,
                            std::shared_ptr<MGDigitizationListener> listener) = 0;
};

class FLORIN_EXPORT MGCardLifeCycleListener {
 public:
  virtual ~MGCardLifeCycleListener() = default;

  // onComplete: the backend accepted; the terminals' side knows from now on.
  virtual void onComplete(const std::string& digitalCardId) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

// The cardholder's own wishes. Each is accepted now; the card here changes when the operation
// arrives: with the push that follows, or with the next `synchronize`. The same wish again is
// accepted again and changes nothing. UNKNOWN_DIGITAL_CARD_ID when this wallet has no such card;
// CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION when the card's state does not allow it;
// MISSING_REQUIRED_PARAMETER, without network, when the id is empty.
class FLORIN_EXPORT MGCardLifeCycleManager {
 public:
  virtual ~MGCardLifeCycleManager() = default;

  virtual void suspendCard(const std::string& digitalCardId,
                           std::shared_ptr<MGCardLifeCycleListener> listener) = 0;

  // resumeCard ends what suspendCard began. A card that its issuer or the operator suspended as
  // well stays suspended; one that only they suspended is refused.
  virtual void resumeCard(const std::string& digitalCardId,
                          std::shared_ptr<MGCardLifeCycleListener> listener) = 0;

  // deleteCard is for ever: the card's keys are void at once.
  virtual void deleteCard(const std::string& digitalCardId,
                          std::shared_ptr<MGCardLifeCycleListener> listener) = 0;
};

class FLORIN_EXPORT MGWalletLockListener {
 public:
  virtual ~MGWalletLockListener() = default;

  // onComplete: the backend accepted; the terminals' side knows from now on.
  virtual void onComplete() = 0;
  virtual void onError(const MobileGatewayError& error) = 0;
};

// The cardholder's lock of the whole wallet, for a device that is lost or in wrong hands: every
// card of the device is declined at once, and stops here with the operations that a push announces
// or the next `synchronize` fetches; that ends with DEVICE_SUSPICIOUS and the reason, as long as
// the wallet is locked. Nothing is erased: cards and keys stay, and pay again after unlockWallet.
// To erase is the operator's (revoke), or wipeAll here. The same wish again is accepted and changes
// nothing. CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION: this device is not enrolled, or was
// revoked, or, for unlockWallet, only others have locked it.
//
// Whoever holds the device can unlock it too: an application asks the cardholder to prove himself.
class FLORIN_EXPORT MGWalletLockManager {
 public:
  virtual ~MGWalletLockManager() = default;

  // lockWallet: the reason is LOST, STOLEN, FRAUD_SUSPECTED or NONE; another is
  // MISSING_REQUIRED_PARAMETER, without network. The first reason that anybody gives stays until
  // the wallet is unlocked.
  virtual void lockWallet(LockReason reason, std::shared_ptr<MGWalletLockListener> listener) = 0;

  // unlockWallet ends what lockWallet began. A wallet that its operator locked as well stays
  // locked.
  virtual void unlockWallet(std::shared_ptr<MGWalletLockListener> listener) = 0;
};

}  // namespace florin
