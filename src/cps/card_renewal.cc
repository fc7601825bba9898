#include "cps/card_renewal.h"

#include "base/limits.h"
#include "cps/audit.h"
#include "cps/card_claims.h"
#include "cps/card_notices.h"
#include "tsp/expiry.h"

namespace florin::cps {

namespace {

struct Renewed {
  records::DigitalCard card;
  std::optional<tsp::DeviceTransport> device;  // none: nobody has claimed the card
  std::uint64_t tokenVersion = 0;
};

Result<Renewed> findRenewed(ports::Unit& unit, Backend& backend, const Asker& asker,
                            const base::DigitalCardId& id) {
  Renewed found;
  FLORIN_TRY_ASSIGN(found.card, findCard(unit, backend, asker, id));
  FLORIN_TRY_ASSIGN(const auto now,
                    backend.tokens.look(unit, found.card.issuer, found.card.tokenId));
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(now.token.deviceId));
  if (device) found.device = transportOf(*device);
  found.tokenVersion = now.token.version;
  return found;
}

}  // namespace

Result<CardView> CardRenewal::renew(const Asker& asker, const base::DigitalCardId& id,
                                    const std::string& expiry) {
  const bool over =
      !expiry.empty() && (!tsp::isExpiry(expiry) || tsp::isExpired(expiry, backend_.clock.now()));
  if (over) return Error(Code::kInvalidArgument, "no expiry, or one that has passed");
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const Renewed found, backend_.store.read([&](ports::Unit& unit) {
      return findRenewed(unit, backend_, asker, id);
    }));
    const records::DigitalCard& card = found.card;
    FLORIN_TRY_ASSIGN(const auto facts,
                      backend_.tokens.cardFacts(card.issuer, card.tokenId,
                                                {.expiry = expiry, .device = found.device}));
    if (facts.tokenVersion != found.tokenVersion) continue;  // another device, perhaps
    auto view = write(asker, card, facts);
    if (view.ok() || view.error().code() != Code::kConflict) return view;
  }
  return messages::refusal(messages::CpsStatus::kBusy, "the card kept changing");
}

Result<CardView> CardRenewal::write(const Asker& asker, const records::DigitalCard& card,
                                    const tsp::CardFacts& facts) {
  FLORIN_TRY_ASSIGN(
      const CardView view, backend_.store.write([&](ports::Unit& unit) -> Result<CardView> {
        FLORIN_TRY(backend_.tokens.change(unit, card.issuer, card.tokenId,
                                          {.event = tsp::CardEvent::kRenew}));
        FLORIN_TRY(backend_.tokens.commitExpiry(unit, card.issuer, card.tokenId, facts));
        FLORIN_TRY(audit(unit, backend_,
                         {asker.actor(), "card.renewed", card.digitalCardId.view(),
                          "expiry " + facts.panExpiry}));
        FLORIN_TRY(tell(unit, card, facts));
        FLORIN_TRY(tellIssuer(unit, backend_, card, {"renewed", asker.suspender()}));
        return viewOf(unit, backend_.tokens, card);
      }));
  backend_.log.info("card.renewed", {{"digitalCardId", card.digitalCardId},
                                     {"by", static_cast<std::int64_t>(asker.suspender())}});
  return view;
}

// A renewal that still waits says less than this one. One that other operations follow stays: keys
// of a new PSN may be among them.
Status CardRenewal::tell(ports::Unit& unit, const records::DigitalCard& card,
                         const tsp::CardFacts& facts) {
  FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, card.issuer, card.tokenId));
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(now.token.deviceId));
  if (!device || !takesOperations(device->state)) return {};
  FLORIN_TRY_ASSIGN(const auto open, unit.operations().openOfCard(device->deviceId, card.tokenId));
  if (!open.empty() && open.back().state == records::OperationState::kPending &&
      open.back().type == static_cast<std::uint8_t>(messages::OperationType::kRenewProfile)) {
    FLORIN_TRY(unit.operations().setState(device->deviceId, open.back().opSeq,
                                          records::OperationState::kVoid, 0));
  }
  FLORIN_TRY(log_.append(unit, *device, card.tokenId, messages::OperationType::kRenewProfile,
                         installCard(card.digitalCardId, facts, targetOf(now.after))));
  return unit.devices().update(*device);
}

}  // namespace florin::cps
