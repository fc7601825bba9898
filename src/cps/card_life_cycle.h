// CardLifeCycle suspends, resumes and deletes cards for their wallet, their issuer and the operator
// (D7). An event is one unit of work: the token's state, what becomes void with it, and the
// operation that tells the device.
#pragma once

#include "cps/actor.h"
#include "cps/card_view.h"
#include "cps/operation_log.h"

namespace florin::cps {

// Who asks, and so which cards there are for it: a wallet's own, an issuer's own, an operator's
// all.
class Asker {
 public:
  static Asker wallet(const base::WalletId& id) { return {{records::Suspender::kWallet}, id, {}}; }
  static Asker issuer(const base::TenantId& id) { return {{records::Suspender::kIssuer}, {}, id}; }
  static Asker anOperator() { return {cps::anOperator(), {}, {}}; }

  // of: the token is an issuer's or an operator's.
  static Asker of(const records::ApiToken& token) { return {actorOf(token), {}, token.tenant}; }

  [[nodiscard]] records::Suspender suspender() const { return who_.as; }
  [[nodiscard]] const Actor& actor() const { return who_; }
  [[nodiscard]] bool mayAsk(const records::DigitalCard& card) const;

 private:
  Asker(Actor who, const base::WalletId& wallet, const base::TenantId& issuer)
      : who_(std::move(who)), wallet_(wallet), issuer_(issuer) {}

  Actor who_;
  base::WalletId wallet_;
  base::TenantId issuer_;
};

// findCard: kTokenUnknown when the asker has no such card.
Result<records::DigitalCard> findCard(ports::Unit& unit, const Backend& backend, const Asker& asker,
                                      const base::DigitalCardId& id);

class CardLifeCycle {
 public:
  CardLifeCycle(Backend& backend, OperationLog& log) : backend_(backend), log_(log) {}

  // step applies an event and gives the card as it is then. Idempotent. Refusals: kTokenUnknown
  // when the asker has no such card; kWrongState with a tsp::CardRefusal. A refusal changes
  // nothing.
  Result<CardView> step(const Asker& asker, const base::DigitalCardId& id, tsp::CardEvent event);

  // approve ends ID&V, in the caller's unit: `who` knows the cardholder. A device that has the card
  // already is told to activate it; another activates it when it claims it. Idempotent.
  Status approve(ports::Unit& unit, records::DigitalCard card, const Actor& who);

  // activate is approve, by an issuer or an operator. kTokenUnknown when the asker has no such
  // card; kWrongState with a tsp::CardRefusal.
  Result<CardView> activate(const Asker& asker, const base::DigitalCardId& id);

  // notify wakes the card's wallet by a push, which refreshes what it knows of the card: a hint, as
  // every push. kUnsupported: no device has the card, or it cannot be pushed to.
  Result<CardView> notify(const Asker& asker, const base::DigitalCardId& id);

  // find: kTokenUnknown when the asker has no such card.
  Result<CardView> find(const Asker& asker, const base::DigitalCardId& id);

  // ofDevice gives the cards that a device has claimed and that were not deleted. kWalletUnknown:
  // no such device.
  Result<std::vector<CardView>> ofDevice(const base::DeviceId& deviceId);

  // stepCardsOf suspends or resumes for the system, in the caller's unit, the cards that this
  // device has claimed, and writes what the device is to be told; its row is written. A card that
  // the event does not concern, as one that others have suspended, stays as it is.
  Status stepCardsOf(ports::Unit& unit, const records::Device& device, tsp::CardEvent event);

  // endCardsOf deletes, in the caller's unit, the cards that this device has claimed. The device is
  // not told: it is wiped.
  Status endCardsOf(ports::Unit& unit, const records::Device& device);

 private:
  Result<bool> isOnSuspendedDevice(ports::Unit& unit, const records::DigitalCard& card);
  Status tell(ports::Unit& unit, const tsp::CardChange& change);
  Status voidWhatIsOpen(ports::Unit& unit, const tsp::CardChange& change);
  Status end(ports::Unit& unit, records::DigitalCard card);
  Result<std::vector<records::DigitalCard>> cardsOf(ports::Unit& unit,
                                                    const records::Device& device);

  Backend& backend_;
  OperationLog& log_;
};

}  // namespace florin::cps
