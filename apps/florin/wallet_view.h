// How wallets and cards are shown, as text and as JSON.
#pragma once

#include "console.h"
#include "conversations.h"
#include "florin/cards.h"

namespace florin::apps {

// chosenCard gives the card that `named` says by either of its ids, or by the last four digits of
// its number; empty: the default card.
Outcome<DigitalizedCard> chosenCard(Wallet& wallet, const std::string& named);

codec::JsonObject cardJson(const DigitalizedCard& card);
codec::JsonArray cardsJson(Wallet& wallet);

// showCards prints the table of cards, or that there is none.
void showCards(Console& console, Wallet& wallet);

// showReceived prints what the wallet was told and how its cards are now.
void showReceived(Console& console, Wallet& wallet, const std::vector<ServerMessage>& messages);

codec::JsonArray messagesJson(const std::vector<ServerMessage>& messages);

}  // namespace florin::apps
