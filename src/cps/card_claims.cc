#include "cps/card_claims.h"

#include "base/running_atc.h"
#include "cps/digitization_steps.h"

namespace florin::cps {

messages::InstallCard installCard(const base::DigitalCardId& id, const tsp::CardFacts& facts,
                                  messages::CardTarget target) {
  messages::InstallCard install;
  install.digitalCardId = id;
  install.profile = facts.profile.clone();
  install.target = target;
  install.product = facts.product;
  install.scheme = facts.scheme;
  install.panLastFour = facts.panLastFour;
  install.dpanLastFour = facts.dpanLastFour;
  install.panExpiry = facts.panExpiry;
  install.lowWater = facts.lowWater;
  if (facts.cardKey) {
    const tsp::WrappedCardKey& key = *facts.cardKey;
    install.iccKey = {key.transportKeyId, key.transportPublicKey, key.number, key.wrapped};
  }
  return install;
}

messages::InstallKeys installKeys(const tsp::KeyBatch& batch) {
  messages::InstallKeys install;
  install.transportKeyId = batch.transportKeyId;
  install.transportPublicKey = batch.transportPublicKey;
  for (const tsp::PreparedKey& key : batch.keys) {
    messages::WrappedKey wrapped{.number = key.number, .wrapped = key.wrapped};
    if (batch.limited) {
      wrapped.kind = messages::KeyKind::kLuk;
      wrapped.uses = batch.limited->limit;
      wrapped.expires = batch.limited->expires;
      wrapped.refresh = batch.limited->refresh;
    }
    install.keys.push_back(std::move(wrapped));
  }
  if (batch.renews) install.voidBelow = batch.firstAtc;
  return install;
}

Result<tsp::CardChange> claimToken(ports::Unit& unit, Backend& backend,
                                   const records::ActivationCode& code) {
  FLORIN_TRY_ASSIGN(const auto card, unit.digitalCards().find(code.tenant, code.digitalCardId));
  if (card) FLORIN_TRY(noteStep(unit, backend, *card, {"claimed", "by a device of its wallet"}));
  if (card && card->state == records::DigitizationState::kStepUp) {
    return backend.tokens.look(unit, code.issuer, code.tokenId);
  }
  return backend.tokens.change(unit, code.issuer, code.tokenId,
                               {.event = tsp::CardEvent::kActivate});
}

tsp::DeviceTransport transportOf(const records::Device& device, std::uint32_t lastAtc) {
  return {.deviceId = device.deviceId,
          .transportPublicKey = device.transportPublicKey,
          .lastAtc = lastAtc};
}

messages::CardTarget targetOf(tsp::CardLife life) {
  switch (life) {
    case tsp::CardLife::kActive: return messages::CardTarget::kActive;
    case tsp::CardLife::kInactive: return messages::CardTarget::kInactive;
    case tsp::CardLife::kInactiveSuspended:
    case tsp::CardLife::kSuspended:
    case tsp::CardLife::kRetired:
    case tsp::CardLife::kDeleted: break;
  }
  return messages::CardTarget::kSuspended;
}

Result<PreparedClaim> CardClaims::prepare(const records::ActivationCode& code,
                                          const records::Device& device) {
  PreparedClaim claim;
  claim.code = code;
  const tsp::DeviceTransport transport = transportOf(device);
  FLORIN_TRY_ASSIGN(claim.keys, backend_.tokens.prepareKeys(code.issuer, code.tokenId, transport));
  FLORIN_TRY_ASSIGN(claim.facts, backend_.tokens.cardFacts(code.issuer, code.tokenId,
                                                           {.psn = base::psnOf(claim.keys.firstAtc),
                                                            .device = transport}));
  return claim;
}

Result<PreparedRefill> CardClaims::prepareRefill(const records::DigitalCard& card,
                                                 const records::Device& device,
                                                 std::uint32_t lastAtc) {
  PreparedRefill refill;
  refill.digitalCardId = card.digitalCardId;
  const tsp::DeviceTransport transport = transportOf(device, lastAtc);
  FLORIN_TRY_ASSIGN(refill.keys, backend_.tokens.prepareKeys(card.issuer, card.tokenId, transport));
  if (refill.keys.newPsn) {
    FLORIN_TRY_ASSIGN(
        refill.renewed,
        backend_.tokens.cardFacts(card.issuer, card.tokenId,
                                  {.psn = base::psnOf(refill.keys.firstAtc), .device = transport}));
  }
  return refill;
}

Status CardClaims::appendRefill(ports::Unit& unit, records::Device& device,
                                const PreparedRefill& refill) {
  const tsp::KeyBatch& batch = refill.keys;
  if (batch.keys.empty()) return {};
  FLORIN_TRY(backend_.tokens.commitKeys(unit, batch));
  const auto append = [&](messages::OperationType type, const messages::OperationPayload& payload) {
    return log_.append(unit, device, batch.tokenId, type, payload, OperationLog::Wake::kNot);
  };
  if (refill.renewed) {
    FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, batch.issuer, batch.tokenId));
    FLORIN_TRY(append(messages::OperationType::kRenewProfile,
                      installCard(refill.digitalCardId, *refill.renewed, targetOf(now.after))));
  } else if (batch.newPolicy) {
    FLORIN_TRY(append(messages::OperationType::kUpdatePolicy,
                      messages::UpdatePolicy{.lowWater = batch.lowWater}));
  }
  return append(messages::OperationType::kInstallKeys, installKeys(batch));
}

// Keys first: they were prepared from the row that the activation changes.
Status CardClaims::commit(ports::Unit& unit, records::Device& device, const PreparedClaim& claim) {
  const base::TokenId& card = claim.code.tokenId;
  if (!claim.keys.keys.empty()) FLORIN_TRY(backend_.tokens.commitKeys(unit, claim.keys));
  FLORIN_TRY_ASSIGN(const tsp::CardChange change, claimToken(unit, backend_, claim.code));
  FLORIN_TRY(log_.append(unit, device, card, messages::OperationType::kInstallCard,
                         installCard(claim.code.digitalCardId, claim.facts, targetOf(change.after)),
                         OperationLog::Wake::kNot));
  if (!claim.keys.keys.empty()) {
    FLORIN_TRY(log_.append(unit, device, card, messages::OperationType::kInstallKeys,
                           installKeys(claim.keys), OperationLog::Wake::kNot));
  }
  return codes_.finish(unit, claim.code);
}

}  // namespace florin::cps
