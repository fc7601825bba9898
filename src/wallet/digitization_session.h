// Session is a digitization from the card to its request (wallet-api 3): a digitization that is
// asked for twice is the same request twice.
#pragma once

#include <atomic>

#include "florin/gateway.h"
#include "messages/digitize.h"

namespace florin::wallet {

// Draft is a card on its way: encrypted for the gateway, or named.
struct Draft {
  base::CorrelationId correlationId;
  messages::CardReference card;
  std::string language;
  std::string deviceType;

  [[nodiscard]] SecretBytes eligibilityRequest() const;
  // digitizeRequest: `termsId` may be empty, `token` too.
  [[nodiscard]] SecretBytes digitizeRequest(const Bytes& termsId, const SecretBytes& token) const;
};

// Any thread. It is not changed after it was made, but for the cardholder's acceptance.
class Session : public MGDigitizationSession {
 public:
  Session(Draft draft, messages::EligibilityReply reply)
      : draft_(std::move(draft)), reply_(std::move(reply)) {}

  [[nodiscard]] std::string getCorrelationId() const override {
    return draft_.correlationId.toString();
  }
  [[nodiscard]] std::string getProduct() const override { return reply_.product; }
  [[nodiscard]] std::string getIssuerName() const override { return reply_.issuerName; }
  [[nodiscard]] std::string getPanLastFour() const override { return reply_.panLastFour; }
  [[nodiscard]] std::optional<TermsAndConditions> getTermsAndConditions() const override;
  void acceptTerms() override { accepted_ = true; }

  // mayGoOn tells whether there is nothing left to accept.
  [[nodiscard]] bool mayGoOn() const { return !reply_.terms || accepted_; }
  [[nodiscard]] SecretBytes request(const SecretBytes& token) const;

 private:
  const Draft draft_;
  const messages::EligibilityReply reply_;
  std::atomic<bool> accepted_{false};
};

}  // namespace florin::wallet
