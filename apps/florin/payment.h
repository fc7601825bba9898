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
  DigitalizedCard card;
  base::Money amount;
  bool pinEntered = false;
  bool authenticated = false;  // on the device
  std::vector<terminal::AuthorityKey> authorities = {};
};

// payAtTerminal lets a terminal run one transaction against a card; its key is spent when the
// cryptogram is made, not before. A terminal's decline is a Payment. kLocalState: the card is not
// active, or has no key left.
Outcome<Payment> payAtTerminal(WalletSession& session, const PaymentRequest& request);

// defaultCard gives nothing when the wallet has no card.
std::optional<DigitalizedCard> defaultCard(Wallet& wallet);

// keysLeft and needsKeys are of a card as it is now.
std::uint32_t keysLeft(Wallet& wallet, const std::string& tokenizedCardId);
bool needsKeys(Wallet& wallet, const std::string& tokenizedCardId);

}  // namespace florin::apps
