// florin wallet cards | sync
#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {

Done walletCards(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  showCards(console, session->wallet());
  console.result(codec::JsonObject().add("cards", cardsJson(session->wallet())));
  return {};
}

Done walletSync(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(auto messages, synchronize(*session));
  for (const auto& card : session->wallet().getDigitalizedCardManager().getAllCards()) {
    if (!card.needsReplenishment || card.state != CardState::ACTIVE) continue;
    FLORIN_TRY_ASSIGN(const auto more, replenish(*session, card.tokenizedCardId, false));
    messages.insert(messages.end(), more.begin(), more.end());
  }
  showReceived(console, session->wallet(), messages);
  return {};
}

}  // namespace florin::apps
