#include "wallet/digitization_session.h"

namespace florin::wallet {
namespace {

messages::CardReference copyOf(const messages::CardReference& card) {
  return {.cardData = card.cardData, .pushSessionId = card.pushSessionId.clone()};
}

}  // namespace

SecretBytes Draft::eligibilityRequest() const {
  return messages::encodeEligibilityRequest({correlationId, copyOf(card), language, deviceType});
}

SecretBytes Draft::digitizeRequest(const Bytes& termsId, const SecretBytes& token) const {
  return messages::encodeDigitizeRequest(
      {correlationId, copyOf(card), language, deviceType, termsId, token.clone()});
}

std::optional<TermsAndConditions> Session::getTermsAndConditions() const {
  if (!reply_.terms) return std::nullopt;
  return TermsAndConditions{reply_.terms->language, reply_.terms->contentType, reply_.terms->text};
}

SecretBytes Session::request(const SecretBytes& token) const {
  return draft_.digitizeRequest(reply_.terms ? reply_.terms->id : Bytes(), token);
}

}  // namespace florin::wallet
