// florin wallet replenish | suspend | resume | delete
#include <algorithm>

#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

// chosenCard gives the card that --card names by either of its ids, or by what `florin wallet
// cards` shows of its number; without it the default card.
Outcome<DigitalizedCard> chosenCard(Wallet& wallet, const std::string& named) {
  const auto cards = wallet.getDigitalizedCardManager().getAllCards();
  const auto isIt = [&](const DigitalizedCard& card) {
    if (named.empty()) return card.isDefault;
    return named == card.digitalCardId || named == card.tokenizedCardId ||
           named == card.panLastFour || named == card.dpanLastFour;
  };
  const auto matches = std::ranges::count_if(cards, isIt);
  if (matches == 1) return *std::ranges::find_if(cards, isIt);
  std::string text = "several cards end like that: give --card the digitalCardId";
  if (matches == 0) {
    text = named.empty() ? "there is no default card: name one with --card"
                         : "this wallet has no such card";
  }
  return Failure{Exit::kInput, text + " (see `florin wallet cards --json`)", "CARD_NOT_ENROLLED"};
}

Outcome<DigitalizedCard> cardToDelete(Wallet& wallet, const Options& options) {
  FLORIN_TRY_ASSIGN(auto card, chosenCard(wallet, options.card));
  if (options.yes) return card;
  return Failure{Exit::kInput,
                 "card *" + card.panLastFour + " would be gone for ever: add --yes to mean it"};
}

// accepted follows a wish that the backend accepted until the card here has changed.
Done accepted(Console& console, WalletSession& session) {
  console.line("Accepted: the backend decides this card's payments by it from now on.");
  auto messages = synchronize(session);
  if (!messages.ok()) {
    Failure failure = messages.error();
    failure.text = "the backend accepted, but did not tell this wallet yet: " + failure.text +
                   "; `florin wallet sync` fetches it";
    return failure;
  }
  showReceived(console, session.wallet(), *messages);
  return {};
}

Done askFor(Console& console, const Options& options, Wish wish) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY(ask(*session, wish, card.digitalCardId));
  return accepted(console, *session);
}

}  // namespace

Done walletSuspend(Console& console, const Options& options) {
  return askFor(console, options, &MGCardLifeCycleManager::suspendCard);
}

Done walletResume(Console& console, const Options& options) {
  return askFor(console, options, &MGCardLifeCycleManager::resumeCard);
}

Done walletDelete(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, cardToDelete(session->wallet(), options));
  FLORIN_TRY(ask(*session, &MGCardLifeCycleManager::deleteCard, card.digitalCardId));
  return accepted(console, *session);
}

Done walletReplenish(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY_ASSIGN(const auto messages, replenish(*session, card.tokenizedCardId, options.force));
  showReceived(console, session->wallet(), messages);
  return {};
}

}  // namespace florin::apps
