// Notices to issuers about the states of their cards (docs/issuer-api.md).
#pragma once

#include <vector>

#include "cps/backend.h"
#include "cps/card_view.h"
#include "messages/exchange.h"

namespace florin::cps {

// What became of a card: "suspended", and by whom.
struct CardNews {
  Literal change;
  records::Suspender by = records::Suspender::kSystem;
};

// tellIssuer writes a notice of the card as it is now, in the caller's unit, if its issuer wants
// it.
Status tellIssuer(ports::Unit& unit, const Backend& backend, const records::DigitalCard& card,
                  const CardNews& news);

// ProvisioningWatch tells issuers what a device's acknowledgements made of their cards:
// "provisioned" or "provision_failed".
class ProvisioningWatch {
 public:
  // before looks at the cards that are being provisioned by what the device acknowledges.
  static Result<ProvisioningWatch> before(ports::Unit& unit, const Backend& backend,
                                          const records::Device& device,
                                          const std::vector<messages::Ack>& acks);

  // tell writes the notices, in the same unit, after the acknowledgements.
  Status tell(ports::Unit& unit, const Backend& backend) const;

 private:
  struct Seen {
    records::DigitalCard card;
    VisibleState state = VisibleState::kProvisioning;
  };
  std::vector<Seen> seen_;
};

}  // namespace florin::cps
