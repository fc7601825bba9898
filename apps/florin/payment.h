// A payment: a terminal against the card in the vault.
#pragma once

#include <optional>
#include <vector>

#include "terminal/terminal.h"
#include "wallet_session.h"

namespace florin::apps {

struct TracedStep {
  terminal::TraceStep step;
  double milliseconds = 0;  // of the card's answer
};

struct Payment {
  terminal::TapResult result;
  std::vector<TracedStep> steps;
};

struct PaymentRequest {
  base::Money amount;
  bool pinEntered = false;
  bool authenticated = false;  // on the device
  std::vector<terminal::AuthorityKey> authorities = {};
};

// payAtTerminal arms the default card and lets a terminal run one transaction against it. A
// terminal's decline is a Payment. kLocalState: no active card, or it has no key left.
Outcome<Payment> payAtTerminal(WalletSession& session, const PaymentRequest& request);

// defaultCard gives nothing when the wallet has no card.
std::optional<DigitalizedCard> defaultCard(Wallet& wallet);

// keysLeft and needsKeys are of the default card.
std::uint32_t keysLeft(Wallet& wallet);
bool needsKeys(Wallet& wallet);

}  // namespace florin::apps
