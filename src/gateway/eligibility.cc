#include "gateway/eligibility.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "messages/mg_status.h"

namespace florin::gateway {

base::DigitalCardId cardIdOf(const records::Wallet& wallet,
                             const base::CorrelationId& correlation) {
  constexpr std::string_view kDomain = "florin digital card/1";
  const crypto::Digest digest = crypto::sha256(
      base::concat(base::asBytes(kDomain), wallet.walletId.view(), correlation.view()));
  return base::DigitalCardId::fromBytes(ByteView(digest).first(base::DigitalCardId::kSize)).value();
}

Result<std::optional<records::DigitalCard>> findCardInUse(ports::Unit& unit,
                                                          const records::Wallet& wallet,
                                                          ByteView panIndex) {
  FLORIN_TRY_ASSIGN(auto card,
                    unit.digitalCards().findByPan(wallet.tenant, wallet.walletId, panIndex));
  if (card && card->state == records::DigitizationState::kEnded) card.reset();
  return card;
}

Result<messages::EligibilityReply> Eligibility::check(const records::Wallet& wallet,
                                                      const messages::EligibilityRequest& request,
                                                      ByteView body) {
  FLORIN_TRY_ASSIGN(const Capture capture, captures_.open(request.card));
  FLORIN_TRY_ASSIGN(const auto same, gateway_.backend.store.read([&](ports::Unit& unit) {
    return findCardInUse(unit, wallet, capture.panIndex);
  }));
  // A card whose code is still open is digitized again with another code.
  if (same && same->sealedReply.empty()) {
    return messages::mgRefusal(MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET,
                               "this card is in this wallet already");
  }
  const Candidate candidate{.wallet = wallet,
                            .capture = capture,
                            .correlationId = request.correlationId,
                            .digitalCardId = cardIdOf(wallet, request.correlationId),
                            .requestHash = base::toBytes(crypto::sha256(body)),
                            .language = request.language,
                            .deviceType = request.deviceType};
  FLORIN_TRY_ASSIGN(const tsp::CardProduct product, decisions_.productFor(candidate));
  FLORIN_TRY_ASSIGN(const bool eligible, decisions_.isEligible(candidate, product));
  if (!eligible) {
    return messages::mgRefusal(MGErrorCode::FPAN_NOT_ELIGIBLE, "the issuer does not want the card");
  }
  messages::EligibilityReply reply;
  reply.product = product.program->product;
  reply.issuerName = product.issuer->name;
  reply.panLastFour = std::string(base::asText(capture.card.pan.expose().last(4)));
  const tsp::Terms* const terms = product.program->offer.termsIn(request.language);
  const bool waived = capture.pushed && capture.pushed->termsAccepted;
  if (terms != nullptr && !waived) {
    reply.terms = messages::Terms{terms->id, terms->language, terms->contentType, terms->text};
  }
  return reply;
}

}  // namespace florin::gateway
