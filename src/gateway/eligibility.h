// Eligibility says whether a card may come into a wallet, and under which terms (wallet-api 3). It
// changes nothing, and a digitization checks all of it again.
#pragma once

#include "gateway/decisions.h"

namespace florin::gateway {

class Eligibility {
 public:
  explicit Eligibility(const Gateway& gateway)
      : gateway_(gateway), captures_(gateway), decisions_(gateway) {}

  // check: as Captures::open and Decisions::productFor; FPAN_NOT_ELIGIBLE: the issuer does not want
  // this card; CARD_ALREADY_PROVISIONED_IN_WALLET. `body` is the request as it came.
  Result<messages::EligibilityReply> check(const records::Wallet& wallet,
                                           const messages::EligibilityRequest& request,
                                           ByteView body);

 private:
  Gateway gateway_;
  Captures captures_;
  Decisions decisions_;
};

// cardIdOf gives the id of the card that a digitization makes: the same digitization of the same
// wallet is the same card. Whoever asks again, after a lost answer or a crash, asks about the card
// that the issuer has heard of. An id is no secret.
base::DigitalCardId cardIdOf(const records::Wallet& wallet, const base::CorrelationId& correlation);

// findCardInUse gives the wallet's card of this PAN. One that was deleted is not in the wallet any
// more: its PAN may come again.
Result<std::optional<records::DigitalCard>> findCardInUse(ports::Unit& unit,
                                                          const records::Wallet& wallet,
                                                          ByteView panIndex);

}  // namespace florin::gateway
