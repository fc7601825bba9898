// florin wallet replenish | suspend | resume | delete | card-status
#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

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

Done askFor(Console& console, WalletSession& session, const DigitalizedCard& card, Wish wish) {
  FLORIN_TRY(ask(session, wish, card.digitalCardId));
  return accepted(console, session);
}

// isGhost: a restored backend has neither the card nor the device, so nobody but this wallet can
// delete it.
bool isGhost(WalletSession& session, const Done& asked) {
  return !asked.ok() && asked.error().name == "UNKNOWN_DIGITAL_CARD_ID" &&
         session.wallet().getEnrollingBusinessService().isEnrolled() !=
             EnrollmentStatus::ENROLLMENT_COMPLETE;
}

Done deleteHere(Console& console, WalletSession& session, const DigitalizedCard& card) {
  const Status wiped = session.wallet().getDataController().wipeCard(card.tokenizedCardId);
  if (!wiped.ok()) {
    return Failure{Exit::kLocalState, "the card cannot be erased: " + describe(wiped.error()) +
                                          "; make room for the vault, then try again"};
  }
  console.line("The backend knows neither the card nor this device any more: it was erased here.");
  showReceived(console, session.wallet(), {});
  return {};
}

}  // namespace

Done walletSuspend(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  return askFor(console, *session, card, &MGCardLifeCycleManager::suspendCard);
}

Done walletResume(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY(askFor(console, *session, card, &MGCardLifeCycleManager::resumeCard));
  const auto now = chosenCard(session->wallet(), card.tokenizedCardId);
  if (now.ok() && now->state == CardState::SUSPENDED) {
    console.line("Others have suspended it, too: see `florin wallet card-status`.");
  }
  return {};
}

Done walletDelete(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, cardToDelete(session->wallet(), options));
  Done done = askFor(console, *session, card, &MGCardLifeCycleManager::deleteCard);
  return isGhost(*session, done) ? deleteHere(console, *session, card) : done;
}

Done walletCardStatus(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY_ASSIGN(const MGCardStatus status, cardStatus(*session, card.digitalCardId));
  codec::JsonArray suspenders;
  std::string who;
  for (const std::string& one : status.suspendedBy) {
    who.append(who.empty() ? "" : ", ").append(one);
    suspenders.add(std::string_view(one));
  }
  console.line("Card *" + card.panLastFour + " is " + status.state + " at the backend" +
               (who.empty() ? "." : ", suspended by " + who + ", who must resume it."));
  if (!status.delivered) {
    console.line("This wallet has not heard everything of it: florin wallet sync");
  }
  console.result(codec::JsonObject()
                     .add("digitalCardId", std::string_view(card.digitalCardId))
                     .add("state", std::string_view(status.state))
                     .add("suspendedBy", suspenders)
                     .add("delivered", status.delivered));
  return {};
}

Done walletDefault(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  auto& cards = session->wallet().getDigitalizedCardManager();
  if (const Status set = cards.setDefaultCard(card.tokenizedCardId); !set.ok()) {
    return Failure{Exit::kLocalState,
                   "the default card cannot be stored: " + describe(set.error()) +
                       "; see that the disk is writable and has room"};
  }
  console.line("Card *" + card.panLastFour + " pays from now on.");
  console.result(codec::JsonObject().add("cards", cardsJson(session->wallet())));
  return {};
}

Done walletReplenish(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY_ASSIGN(const auto messages, replenish(*session, card.tokenizedCardId, options.force));
  showReceived(console, session->wallet(), messages);
  return {};
}

}  // namespace florin::apps
