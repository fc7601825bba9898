// Mobile gateway: digitization of a card, and what the cardholder does with it, or with the whole
// wallet, later.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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
  // What an issuer's authentication token is about: 1 to 50 characters of 0-9A-Za-z_-, never used
  // before. Empty: there is no token, and one is drawn.
  std::string nonce = {};
};

// A card that somebody else has encrypted for the gateway, the wallet provider's backend for
// example: CMS EnvelopedData (docs/issuer-api.md).
struct EncryptedCard {
  Bytes cardData;
};

// A card that its issuer hands over, by the name that his application gave to this one.
struct PushedCard {
  SecretBytes pushSessionId;  // 32 characters
};

using CardSource = std::variant<CardInput, EncryptedCard, PushedCard>;

struct EligibilityRequest {
  CardSource card;
  std::string language;  // ISO 639-1: of the terms
  // Of the digitization to come, in every log from here to the issuer: 32 lowercase hexadecimal
  // digits. Empty: one is drawn.
  std::string correlationId = {};
};

// What the cardholder is to read and accept before the card comes.
struct TermsAndConditions {
  std::string language;
  std::string contentType;  // "text/plain" or "text/html"
  std::string text;
};

// MGDigitizationSession is a card that may come into this wallet. It holds no card data in clear,
// and ends with the process. Any thread.
class FLORIN_EXPORT MGDigitizationSession {
 public:
  virtual ~MGDigitizationSession() = default;

  [[nodiscard]] virtual std::string getCorrelationId() const = 0;
  [[nodiscard]] virtual std::string getProduct() const = 0;
  [[nodiscard]] virtual std::string getIssuerName() const = 0;
  [[nodiscard]] virtual std::string getPanLastFour() const = 0;

  // getTermsAndConditions gives nothing when they are waived.
  [[nodiscard]] virtual std::optional<TermsAndConditions> getTermsAndConditions() const = 0;

  // acceptTerms is the cardholder's yes. It goes to the backend with digitizeCard, and is kept
  // there.
  virtual void acceptTerms() = 0;
};

class FLORIN_EXPORT MGEligibilityListener {
 public:
  virtual ~MGEligibilityListener() = default;

  // onEligible: show the terms, if there are any, and go on with digitizeCard.
  virtual void onEligible(const std::shared_ptr<MGDigitizationSession>& session) = 0;
  virtual void onError(const MobileGatewayError& error) = 0;
};

// IDVMethod is a way for the cardholder to prove to the issuer who he is. `value` may be shown, and
// is masked: "+49 *** 12".
struct IDVMethod {
  std::string id;
  std::string type;  // the issuer's word: "SMS", "EMAIL", "APP"
  std::string value;
  bool isOtpRequired = false;  // by a one-time password that the issuer sends; else he activates
};

// What a card that its issuer has not activated yet waits for. WEB_3DS_NEEDED is reserved.
enum class PendingActivationState {
  IDV_METHOD_NOT_SELECTED,
  OTP_NEEDED,
  WEB_3DS_NEEDED,
  APP2APP_NEEDED,  // the issuer activates: in his application, or by telephone
};

class MGDigitizationListener;

// IDVMethodSelector offers the issuer's methods, once.
class FLORIN_EXPORT IDVMethodSelector {
 public:
  virtual ~IDVMethodSelector() = default;

  [[nodiscard]] virtual std::vector<IDVMethod> getIdvMethods() const = 0;

  // select goes on with the listener that got this selector: onActivationRequired, or onError with
  // UNKNOWN_IDV_METHOD, IDV_METHOD_NOT_AVAILABLE or EXTERNAL_SYSTEM_UNAVAILABLE.
  virtual void select(const std::string& methodId) = 0;
};

// PendingCardActivation is a card that is provisioned, or will be, and stays INACTIVE until its
// issuer knows the cardholder. It survives a restart: getPendingCardActivation.
class FLORIN_EXPORT PendingCardActivation {
 public:
  virtual ~PendingCardActivation() = default;

  [[nodiscard]] virtual std::string getDigitalCardId() const = 0;
  [[nodiscard]] virtual PendingActivationState getState() const = 0;
  [[nodiscard]] virtual std::vector<IDVMethod> getIdvMethods() const = 0;
  [[nodiscard]] virtual std::string getSelectedMethod() const = 0;  // its id; empty: none

  // select takes a method, another one, or the same once more: then another OTP is sent, and the
  // one before counts no more. onActivationRequired follows, or onError as of IDVMethodSelector.
  virtual void select(const std::string& methodId,
                      std::shared_ptr<MGDigitizationListener> listener) = 0;

  // activate hands the OTP in. onComplete: the card becomes ACTIVE with the push that follows, or
  // with the next `synchronize`. onError: INCORRECT_OTP with remainingTries,
  // INCORRECT_OTP_MAX_TRY_EXCEEDED and OTP_EXPIRED (select again),
  // CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION when no OTP was sent.
  virtual void activate(SecretBytes otp, std::shared_ptr<MGDigitizationListener> listener) = 0;
};

// A green digitization: onCPSActivationCodeAcquired, onComplete. A yellow one: the code, then
// onSelectIDVMethod; after the choice onActivationRequired; after the OTP onComplete. The card may
// be provisioned meanwhile. Red, and everything else that goes wrong: onError.
class FLORIN_EXPORT MGDigitizationListener {
 public:
  virtual ~MGDigitizationListener() = default;

  // `activationCode` is for enroll, continueEnrollment or sendActivationCode.
  virtual void onCPSActivationCodeAcquired(const std::string& digitalCardId,
                                           const SecretBytes& activationCode) = 0;
  virtual void onComplete(const std::string& digitalCardId) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;

  // Of yellow decisions. An application that ignores them finds the card with
  // getPendingCardActivation.
  virtual void onSelectIDVMethod(const std::shared_ptr<IDVMethodSelector>& /*selector*/) {}
  virtual void onActivationRequired(const std::shared_ptr<PendingCardActivation>& /*pending*/) {}
};

class FLORIN_EXPORT MGCardEnrollmentService {
 public:
  virtual ~MGCardEnrollmentService() = default;

  // getWalletId gives this wallet instance's id, 32 hex characters, stable until a wipe.
  [[nodiscard]] virtual std::string getWalletId() const = 0;

  // checkEligibility asks whether the card may come, and under which terms; nothing is changed by
  // it. UNKNOWN_BIN, FPAN_NOT_ELIGIBLE, CARD_PRODUCT_NOT_SUPPORTED, DEVICE_NOT_ELIGIBLE,
  // CARD_PROVISIONING_COUNT_EXCEEDED, CARD_ALREADY_PROVISIONED_IN_WALLET,
  // INVALID_PUSH_SESSION_ID: it may not. INVALID_CARD_DATA, without network: the card, the language
  // or the correlation id has not its form.
  virtual void checkEligibility(EligibilityRequest request,
                                std::shared_ptr<MGEligibilityListener> listener) = 0;

  // digitizeCard sends an eligible card for a decision. `authenticationToken` is the issuer's word
  // that it is green, a JWT; empty: the issuer decides now. INCORRECT_AUTHENTICATION_TOKEN: it is
  // not about this card, or was used before. MISSING_REQUIRED_PARAMETER, without network: there is
  // no session, or its terms were not accepted; from the backend: they have changed, check again.
  // The same session again is the same digitization.
  virtual void digitizeCard(std::shared_ptr<MGDigitizationSession> session,
                            SecretBytes authenticationToken,
                            std::shared_ptr<MGDigitizationListener> listener) = 0;

  // digitizeCard does both for programs without terms. Invalid card data: onError with
  // INVALID_CARD_DATA, no network.
  virtual void digitizeCard(CardInput card, const std::string& language,
                            std::shared_ptr<MGDigitizationListener> listener) = 0;

  // isCardActivationPending tells whether the card's issuer still wants to know the cardholder, as
  // far as this device has heard.
  [[nodiscard]] virtual bool isCardActivationPending(const std::string& digitalCardId) const = 0;

  // getPendingCardActivation gives null when nothing is pending for the card.
  [[nodiscard]] virtual std::shared_ptr<PendingCardActivation> getPendingCardActivation(
      const std::string& digitalCardId) = 0;
};

// How a card looks in an application, as its program says.
struct MGCardMetadata {
  std::string product;
  std::string issuerName;
  std::string panLastFour;
  std::string background;  // colours: #rrggbb
  std::string foreground;
  std::string artType;  // "image/png", "image/jpeg", "image/webp"; empty: there is no picture
  std::string artHash;  // SHA-256 in hex: another one is another picture; empty as above
};

class FLORIN_EXPORT MGCardMetadataListener {
 public:
  virtual ~MGCardMetadataListener() = default;
  virtual void onSuccess(const std::string& digitalCardId, const MGCardMetadata& metadata) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

class FLORIN_EXPORT MGCardArtListener {
 public:
  virtual ~MGCardArtListener() = default;
  virtual void onSuccess(const std::string& digitalCardId, const Bytes& image) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

// The wallet keeps neither: an application keeps what it draws often, by artHash.
class FLORIN_EXPORT MGCardMetadataService {
 public:
  virtual ~MGCardMetadataService() = default;

  // Both: UNKNOWN_DIGITAL_CARD_ID when the wallet has no such card.
  virtual void getCardMetadata(const std::string& digitalCardId,
                               std::shared_ptr<MGCardMetadataListener> listener) = 0;

  // getCardArt: UNKNOWN_DIGITAL_CARD_ID: the card has no picture. At most 256 KiB.
  virtual void getCardArt(const std::string& digitalCardId,
                          std::shared_ptr<MGCardArtListener> listener) = 0;
};

class FLORIN_EXPORT MGCardLifeCycleListener {
 public:
  virtual ~MGCardLifeCycleListener() = default;

  // onComplete: the backend accepted; the terminals' side knows from now on.
  virtual void onComplete(const std::string& digitalCardId) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

// A card as the backend has it, which may be ahead of this device.
struct MGCardStatus {
  std::string state;  // docs/life-cycle.md: "PROVISIONING" ... "DELETED"
  std::vector<std::string>
      suspendedBy;         // "wallet", "issuer", "operator", "system": who must resume
  bool delivered = false;  // this device has acknowledged everything for the card
};

class FLORIN_EXPORT MGCardStatusListener {
 public:
  virtual ~MGCardStatusListener() = default;
  virtual void onSuccess(const std::string& digitalCardId, const MGCardStatus& status) = 0;
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

  // getCardStatus asks how the card is at the backend; a suspended one says who must resume it.
  virtual void getCardStatus(const std::string& digitalCardId,
                             std::shared_ptr<MGCardStatusListener> listener) = 0;
};

// What became of a payment that the backend was asked about.
enum class TransactionStatus { AUTHORIZED, DECLINED, REVERSED };

struct MGTransactionRecord {
  std::string transactionId;
  std::chrono::sys_time<std::chrono::milliseconds> date;
  std::int64_t amountMinorUnits = 0;
  std::uint16_t currency = 0;  // ISO 4217 numeric
  TransactionStatus status = TransactionStatus::AUTHORIZED;
};

class FLORIN_EXPORT MGTransactionHistoryListener {
 public:
  virtual ~MGTransactionHistoryListener() = default;

  // onSuccess: the newest first; nothing of it is kept here.
  virtual void onSuccess(const std::vector<MGTransactionRecord>& records,
                         const std::string& digitalCardId) = 0;
  virtual void onError(const std::string& digitalCardId, const MobileGatewayError& error) = 0;
};

class FLORIN_EXPORT MGTransactionHistoryService {
 public:
  virtual ~MGTransactionHistoryService() = default;

  // refreshHistory fetches the card's payments since `since`, or as far back and as many as its
  // program allows. `accessToken` is one of getAccessToken for this card:
  // INCORRECT_AUTHENTICATION_TOKEN when it is not, or has expired. UNKNOWN_DIGITAL_CARD_ID.
  virtual void refreshHistory(SecretBytes accessToken, const std::string& digitalCardId,
                              std::optional<std::chrono::sys_time<std::chrono::milliseconds>> since,
                              std::shared_ptr<MGTransactionHistoryListener> listener) = 0;
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
