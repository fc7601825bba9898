// Resync brings a device back to what the backend knows: every card as it is, with new payment
// keys; whatever else waits or was issued is void. For a vault that turned out to be an old one,
// and after the backend itself was restored from a backup (D7).
#pragma once

#include "cps/card_claims.h"

namespace florin::cps {

enum class ResyncReason : std::uint8_t {
  kOldVault,       // the device forgot something
  kRestoredStore,  // we did
};

class Resync {
 public:
  Resync(Backend& backend, ActivationCodes& codes, OperationLog& log)
      : backend_(backend), codes_(codes), log_(log) {}

  struct Card {
    records::DigitalCard row;
    tsp::CardFacts facts;
    tsp::KeyBatch keys;
  };
  struct Plan {
    ResyncReason reason = ResyncReason::kOldVault;
    std::vector<Card> cards;
    std::vector<base::TokenId> gone;  // the device has them and they are no cards any more
  };

  // lookAtCardsBrought lets a device that enrolls, and has cards that are not known here, be
  // brought up to date with its next exchange. It changes `device`, whose row the caller writes.
  Status lookAtCardsBrought(ports::Unit& unit, records::Device& device,
                            const messages::ExchangeRequest& request);

  // prepare wraps keys for every card of the device, outside of a unit. kBusy: the device has a
  // card that a restored store does not know, and the restore is not confirmed.
  Result<Plan> prepare(const records::Device& device, const messages::ExchangeRequest& request,
                       ResyncReason reason);

  // commit writes it in the caller's unit, with an audit entry, and changes `device`, whose row the
  // caller writes. kConflict: a token changed since; prepare again.
  Status commit(ports::Unit& unit, records::Device& device,
                const messages::ExchangeRequest& request, const Plan& plan);

 private:
  Result<std::vector<records::DigitalCard>> cardsOf(ports::Unit& unit,
                                                    const records::Device& device,
                                                    const messages::ExchangeRequest& request,
                                                    ResyncReason reason);
  Status renew(ports::Unit& unit, records::Device& device, const Card& card);
  Status takeAgain(ports::Unit& unit, const records::DigitalCard& card);

  Backend& backend_;
  ActivationCodes& codes_;
  OperationLog& log_;
};

}  // namespace florin::cps
