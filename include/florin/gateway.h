// Mobile gateway: digitization of a card.
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

}  // namespace florin
