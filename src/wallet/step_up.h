// Step-up of a digitization (wallet-api 3, yellow): what waits for the cardholder, and how it goes
// on.
#pragma once

#include "messages/idv.h"
#include "wallet/notifier.h"

namespace florin::wallet {

using ToldDigitization = Notifier<MGDigitizationListener>;

// keepPending stores what the gateway said of a card; one that is activated is pending no more.
Status keepPending(Core& core, const std::string& digitalCardId, const messages::IdvState& state);

// refreshPending asks the gateway about every card that is pending here, one after the other, then
// calls `done`.
void refreshPending(Core& core, std::function<void()> done);

// pendingOf gives what is stored; nothing when nothing is pending.
std::optional<messages::IdvState> pendingOf(Core& core, const std::string& digitalCardId);

// offerMethods lets the application choose, by a selector that goes on with the same listener.
void offerMethods(Core& core, ToldDigitization told, const std::string& digitalCardId,
                  const std::vector<messages::IdvMethod>& methods);

// pendingActivation gives null when nothing is pending.
std::shared_ptr<PendingCardActivation> pendingActivation(Core& core,
                                                         const std::string& digitalCardId);

}  // namespace florin::wallet
