// CardRenewal gives a card another profile while it keeps its token and counts on (D7): after its
// program changed, or because its expiry moves. A new PSN comes by itself, with the keys
// (CardClaims::appendRefill).
#pragma once

#include <string>

#include "cps/card_life_cycle.h"

namespace florin::cps {

class CardRenewal {
 public:
  CardRenewal(Backend& backend, OperationLog& log) : backend_(backend), log_(log) {}

  // renew writes the token's expiry and the operation that tells the device, in one unit. `expiry`:
  // MMYY, or empty: as it is. Refusals as CardLifeCycle::step, and kInvalidArgument: an expiry that
  // is none, or has passed. A refusal changes nothing.
  Result<CardView> renew(const Asker& asker, const base::DigitalCardId& id,
                         const std::string& expiry);

 private:
  Result<CardView> write(const Asker& asker, const records::DigitalCard& card,
                         const tsp::CardFacts& facts);
  Status tell(ports::Unit& unit, const records::DigitalCard& card, const tsp::CardFacts& facts);

  Backend& backend_;
  OperationLog& log_;
};

}  // namespace florin::cps
