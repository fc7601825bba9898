#include "cps/card_claims.h"

namespace florin::cps {
namespace {

messages::InstallCard installCard(const PreparedClaim& claim, messages::CardTarget target) {
  messages::InstallCard install;
  install.digitalCardId = claim.code.digitalCardId;
  install.profile = claim.facts.profile.clone();
  install.target = target;
  install.product = claim.facts.product;
  install.scheme = claim.facts.scheme;
  install.panLastFour = claim.facts.panLastFour;
  install.dpanLastFour = claim.facts.dpanLastFour;
  install.panExpiry = claim.facts.panExpiry;
  install.lowWater = claim.facts.lowWater;
  return install;
}

messages::InstallKeys installKeys(const tsp::KeyBatch& batch) {
  messages::InstallKeys install;
  install.transportKeyId = batch.transportKeyId;
  install.transportPublicKey = batch.transportPublicKey;
  for (const tsp::PreparedKey& key : batch.keys) {
    install.keys.push_back(
        {.kind = messages::KeyKind::kSuk, .number = key.atc, .wrapped = key.wrapped});
  }
  return install;
}

}  // namespace

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
  FLORIN_TRY_ASSIGN(claim.facts, backend_.tokens.cardFacts(code.issuer, code.tokenId));
  FLORIN_TRY_ASSIGN(claim.keys,
                    backend_.tokens.prepareKeys(code.issuer, code.tokenId,
                                                {.deviceId = device.deviceId,
                                                 .transportPublicKey = device.transportPublicKey}));
  return claim;
}

Status CardClaims::appendKeys(ports::Unit& unit, records::Device& device,
                              const tsp::KeyBatch& batch) {
  if (batch.keys.empty()) return {};
  FLORIN_TRY(backend_.tokens.commitKeys(unit, batch));
  return log_.append(unit, device, batch.tokenId, messages::OperationType::kInstallKeys,
                     installKeys(batch));
}

// Keys first: they were prepared from the row that the activation changes.
Status CardClaims::commit(ports::Unit& unit, records::Device& device, const PreparedClaim& claim) {
  const base::TokenId& card = claim.code.tokenId;
  if (!claim.keys.keys.empty()) FLORIN_TRY(backend_.tokens.commitKeys(unit, claim.keys));
  FLORIN_TRY_ASSIGN(
      const tsp::CardChange change,
      backend_.tokens.change(unit, claim.code.issuer, card, {.event = tsp::CardEvent::kActivate}));
  FLORIN_TRY(log_.append(unit, device, card, messages::OperationType::kInstallCard,
                         installCard(claim, targetOf(change.after))));
  if (!claim.keys.keys.empty()) {
    FLORIN_TRY(log_.append(unit, device, card, messages::OperationType::kInstallKeys,
                           installKeys(claim.keys)));
  }
  return codes_.finish(unit, claim.code);
}

}  // namespace florin::cps
