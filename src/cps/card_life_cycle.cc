#include "cps/card_life_cycle.h"

#include "base/limits.h"
#include "cps/audit.h"
#include "cps/card_claims.h"
#include "cps/card_notices.h"
#include "cps/device_view.h"
#include "messages/status.h"
#include "ports/put_push.h"

namespace florin::cps {
namespace {

using messages::OperationType;
using records::OperationState;
using records::Suspender;
using tsp::CardEvent;
using tsp::CardLife;

// What an issuer is told of an event.
Literal changeOf(CardEvent event) {
  switch (event) {
    case CardEvent::kActivate: return "activated";
    case CardEvent::kSuspend: return "suspended";
    case CardEvent::kResume: return "resumed";
    case CardEvent::kDelete: return "deleted";
    case CardEvent::kRenew: return "renewed";
  }
  return "changed";
}

Literal nameOf(CardEvent event) {
  switch (event) {
    case CardEvent::kActivate: return "card.activated";
    case CardEvent::kSuspend: return "card.suspended";
    case CardEvent::kResume: return "card.resumed";
    case CardEvent::kDelete: return "card.deleted";
    case CardEvent::kRenew: return "card.renewed";
  }
  return "card.changed";
}

}  // namespace

bool Asker::mayAsk(const records::DigitalCard& card) const {
  switch (who_.as) {
    case records::Suspender::kWallet: return card.walletId == wallet_;
    case records::Suspender::kIssuer: return card.issuer == issuer_;
    case records::Suspender::kOperator:
    case records::Suspender::kSystem: return true;
  }
  return false;
}

Result<records::DigitalCard> findCard(ports::Unit& unit, const Backend& backend, const Asker& asker,
                                      const base::DigitalCardId& id) {
  FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().find(backend.tenant, id));
  if (!card || !asker.mayAsk(*card)) {
    return messages::refusal(messages::CpsStatus::kTokenUnknown, "no such card for who asks");
  }
  return std::move(*card);
}

Result<CardView> CardLifeCycle::find(const Asker& asker, const base::DigitalCardId& id) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<CardView> {
    FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend_, asker, id));
    return viewOf(unit, backend_.tokens, card);
  });
}

Result<CardView> CardLifeCycle::step(const Asker& asker, const base::DigitalCardId& id,
                                     CardEvent event) {
  FLORIN_TRY_ASSIGN(const CardView view, backend_.store.write([&](ports::Unit& unit)
                                                                  -> Result<CardView> {
    FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend_, asker, id));
    FLORIN_TRY_ASSIGN(const bool stopped, isOnSuspendedDevice(unit, card));
    FLORIN_TRY_ASSIGN(const tsp::CardChange change,
                      backend_.tokens.change(
                          unit, card.issuer, card.tokenId,
                          {.event = event, .by = asker.suspender(), .onSuspendedDevice = stopped}));
    if (change.written) {
      FLORIN_TRY(audit(unit, backend_, {asker.actor(), nameOf(event), card.digitalCardId.view()}));
    }
    if (change.before != change.after) {
      FLORIN_TRY(tell(unit, change));
      if (change.after == CardLife::kDeleted) FLORIN_TRY(end(unit, card));
    }
    if (change.written) {
      FLORIN_TRY(tellIssuer(unit, backend_, card, {changeOf(event), asker.suspender()}));
    }
    return viewOf(unit, backend_.tokens, card);
  }));
  backend_.log.info(nameOf(event), {{"digitalCardId", id},
                                    {"by", static_cast<std::int64_t>(asker.suspender())},
                                    {"suspenders", static_cast<std::int64_t>(view.suspenders)}});
  return view;
}

Status CardLifeCycle::approve(ports::Unit& unit, records::DigitalCard card, const Actor& who) {
  if (card.state != records::DigitizationState::kStepUp) return {};
  card.state = records::DigitizationState::kApproved;
  FLORIN_TRY(unit.digitalCards().update(card));
  FLORIN_TRY(unit.stepUps().erase(card.tenant, card.digitalCardId));
  FLORIN_TRY(audit(unit, backend_, {who, "card.activated", card.digitalCardId.view()}));
  FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, card.issuer, card.tokenId));
  if (now.token.deviceId != base::DeviceId()) {
    FLORIN_TRY_ASSIGN(
        const tsp::CardChange change,
        backend_.tokens.change(unit, card.issuer, card.tokenId, {.event = CardEvent::kActivate}));
    if (change.before != change.after) FLORIN_TRY(tell(unit, change));
  }
  return tellIssuer(unit, backend_, card, {changeOf(CardEvent::kActivate), who.as});
}

Result<CardView> CardLifeCycle::notify(const Asker& asker, const base::DigitalCardId& id) {
  const Error unreachable(Code::kUnsupported, "the card's wallet cannot be pushed to");
  return backend_.store.write([&](ports::Unit& unit) -> Result<CardView> {
    FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend_, asker, id));
    FLORIN_TRY_ASSIGN(const CardView view, viewOf(unit, backend_.tokens, card));
    if (view.deviceId == base::DeviceId() || backend_.bell == nullptr) return unreachable;
    FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(view.deviceId));
    if (!device || device->sealedPushToken.empty()) return unreachable;
    FLORIN_TRY(ports::putPush(unit, backend_.bell, *device, id, backend_.clock.now()));
    return view;
  });
}

Result<CardView> CardLifeCycle::activate(const Asker& asker, const base::DigitalCardId& id) {
  FLORIN_TRY_ASSIGN(const CardView view,
                    backend_.store.write([&](ports::Unit& unit) -> Result<CardView> {
                      FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend_, asker, id));
                      if (card.state == records::DigitizationState::kEnded) {
                        FLORIN_TRY(backend_.tokens.change(unit, card.issuer, card.tokenId,
                                                          {.event = CardEvent::kActivate}));
                      }
                      FLORIN_TRY(approve(unit, card, asker.actor()));
                      return viewOf(unit, backend_.tokens, card);
                    }));
  backend_.log.info("card.activated",
                    {{"digitalCardId", id}, {"by", static_cast<std::int64_t>(asker.suspender())}});
  return view;
}

Result<bool> CardLifeCycle::isOnSuspendedDevice(ports::Unit& unit,
                                                const records::DigitalCard& card) {
  FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, card.issuer, card.tokenId));
  if (now.token.deviceId == base::DeviceId()) return false;
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(now.token.deviceId));
  return device && device->state == records::DeviceState::kSuspended;
}

// State operations carry the target, so a newer one replaces those that still wait; a deletion
// replaces everything.
Status CardLifeCycle::voidWhatIsOpen(ports::Unit& unit, const tsp::CardChange& change) {
  const base::DeviceId& device = change.token.deviceId;
  FLORIN_TRY_ASSIGN(const auto open, unit.operations().openOfCard(device, change.token.tokenId));
  for (const records::Operation& row : open) {
    const bool replaced = isStateOperation(static_cast<OperationType>(row.type)) &&
                          row.state == OperationState::kPending;
    if (!replaced && change.after != CardLife::kDeleted) continue;
    FLORIN_TRY(unit.operations().setState(device, row.opSeq, OperationState::kVoid, 0));
  }
  return {};
}

Status CardLifeCycle::tell(ports::Unit& unit, const tsp::CardChange& change) {
  if (change.token.deviceId == base::DeviceId()) return {};
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(change.token.deviceId));
  if (!device || !takesOperations(device->state)) return {};
  FLORIN_TRY(voidWhatIsOpen(unit, change));
  const base::TokenId& card = change.token.tokenId;
  if (change.after == CardLife::kDeleted) {
    FLORIN_TRY(log_.append(unit, *device, card, OperationType::kDeleteCard, messages::Nothing()));
  } else {
    FLORIN_TRY(log_.appendState(unit, *device, card, targetOf(change.after)));
  }
  return unit.devices().update(*device);
}

// The PAN may be digitized again, and an open code of the card leads nowhere any more.
Status CardLifeCycle::end(ports::Unit& unit, records::DigitalCard card) {
  FLORIN_TRY_ASSIGN(const auto code,
                    unit.codes().findByCard(card.tenant, card.walletId, card.digitalCardId));
  if (code && code->state == records::CodeState::kOpen) {
    FLORIN_TRY(unit.codes().erase(card.tenant, card.walletId, code->codeRef));
  }
  FLORIN_TRY(unit.stepUps().erase(card.tenant, card.digitalCardId));
  card.state = records::DigitizationState::kEnded;
  card.sealedReply.clear();
  return unit.digitalCards().update(card);
}

Result<std::vector<records::DigitalCard>> CardLifeCycle::cardsOf(ports::Unit& unit,
                                                                 const records::Device& device) {
  FLORIN_TRY_ASSIGN(auto cards, unit.digitalCards().ofWallet(device.tenant, device.walletId,
                                                             base::limits::kCardsPerWallet));
  std::vector<records::DigitalCard> its;
  for (records::DigitalCard& card : cards) {
    FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, card.issuer, card.tokenId));
    if (now.token.deviceId == device.deviceId) its.push_back(std::move(card));
  }
  return its;
}

Result<std::vector<CardView>> CardLifeCycle::ofDevice(const base::DeviceId& deviceId) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<std::vector<CardView>> {
    FLORIN_TRY_ASSIGN(const auto device, requireDevice(unit, backend_, deviceId));
    FLORIN_TRY_ASSIGN(const auto cards, cardsOf(unit, device));
    std::vector<CardView> views;
    for (const records::DigitalCard& card : cards) {
      FLORIN_TRY_ASSIGN(views.emplace_back(), viewOf(unit, backend_.tokens, card));
    }
    return views;
  });
}

Status CardLifeCycle::stepCardsOf(ports::Unit& unit, const records::Device& device,
                                  CardEvent event) {
  FLORIN_TRY_ASSIGN(const auto cards, cardsOf(unit, device));
  for (const records::DigitalCard& card : cards) {
    const auto change =
        backend_.tokens.change(unit, card.issuer, card.tokenId, {event, Suspender::kSystem});
    if (!change.ok() && tsp::refusalOf(change.error())) continue;
    if (!change.ok()) return change.error();
    if (change->before != change->after) FLORIN_TRY(tell(unit, *change));
    if (change->written) FLORIN_TRY(tellIssuer(unit, backend_, card, {changeOf(event)}));
  }
  return {};
}

Status CardLifeCycle::endCardsOf(ports::Unit& unit, const records::Device& device) {
  FLORIN_TRY_ASSIGN(const auto cards, cardsOf(unit, device));
  for (const records::DigitalCard& card : cards) {
    FLORIN_TRY(
        backend_.tokens.change(unit, card.issuer, card.tokenId, {.event = CardEvent::kDelete}));
    FLORIN_TRY(end(unit, card));
    FLORIN_TRY(tellIssuer(unit, backend_, card, {changeOf(CardEvent::kDelete)}));
  }
  return {};
}

}  // namespace florin::cps
