#include "wallet_view.h"

#include <algorithm>

#include "base/time.h"

namespace florin::apps {

Outcome<DigitalizedCard> chosenCard(Wallet& wallet, const std::string& named) {
  const auto cards = wallet.getDigitalizedCardManager().getAllCards();
  const auto isIt = [&](const DigitalizedCard& card) {
    if (named.empty()) return card.isDefault;
    return named == card.digitalCardId || named == card.tokenizedCardId ||
           named == card.panLastFour || named == card.dpanLastFour;
  };
  const auto matches = std::ranges::count_if(cards, isIt);
  if (matches == 1) return *std::ranges::find_if(cards, isIt);
  if (cards.empty()) {
    return Failure{Exit::kLocalState,
                   "this wallet has no card: get one with `florin wallet enroll`, or with `florin "
                   "wallet activate` if it is enrolled",
                   "CARD_NOT_ENROLLED"};
  }
  if (named.empty()) {
    return Failure{Exit::kLocalState,
                   "there is no default card: choose one with `florin wallet default`, or name one "
                   "with --card",
                   "CARD_NOT_ENROLLED"};
  }
  const std::string text = matches == 0
                               ? "this wallet has no such card"
                               : "several cards end like that: give --card the digitalCardId";
  return Failure{Exit::kInput, text + " (see `florin wallet cards --json`)", "CARD_NOT_ENROLLED"};
}

codec::JsonObject cardJson(const DigitalizedCard& card) {
  codec::JsonObject object;
  object.add("tokenizedCardId", card.tokenizedCardId)
      .add("digitalCardId", card.digitalCardId)
      .add("state", name(card.state))
      .add("product", card.product)
      .add("scheme", card.scheme)
      .add("panLastFour", card.panLastFour)
      .add("dpanLastFour", card.dpanLastFour)
      .add("panExpiry", card.panExpiry)
      .add("paymentsLeft", card.paymentsLeft)
      .add("needsReplenishment", card.needsReplenishment)
      .add("default", card.isDefault);
  if (card.keyExpires) object.add("keyExpiresMs", base::toMs(*card.keyExpires));
  return object;
}

codec::JsonArray cardsJson(Wallet& wallet) {
  codec::JsonArray array;
  for (const DigitalizedCard& card : wallet.getDigitalizedCardManager().getAllCards()) {
    array.add(cardJson(card));
  }
  return array;
}

void showCards(Console& console, Wallet& wallet) {
  const auto cards = wallet.getDigitalizedCardManager().getAllCards();
  if (cards.empty()) return console.line("No card yet.");
  std::vector<std::vector<std::string>> rows{
      {"CARD", "PRODUCT", "DEVICE NUMBER", "STATE", "PAYMENTS LEFT", ""}};
  for (const DigitalizedCard& card : cards) {
    rows.push_back({"*" + card.panLastFour, card.product, "*" + card.dpanLastFour,
                    std::string(name(card.state)),
                    std::to_string(card.paymentsLeft) + (card.needsReplenishment ? " (low)" : ""),
                    card.isDefault ? "default" : ""});
  }
  console.table(rows);
}

void showReceived(Console& console, Wallet& wallet, const std::vector<ServerMessage>& messages) {
  for (const ServerMessage& message : messages) {
    console.line(message.code + (message.lockReason.empty() ? "" : ", for " + message.lockReason));
  }
  if (messages.empty()) console.line("Nothing waited at the backend.");
  console.line();
  showCards(console, wallet);
  console.result(
      codec::JsonObject().add("messages", messagesJson(messages)).add("cards", cardsJson(wallet)));
}

codec::JsonArray messagesJson(const std::vector<ServerMessage>& messages) {
  codec::JsonArray array;
  for (const ServerMessage& message : messages) {
    codec::JsonObject object;
    object.add("code", message.code);
    if (!message.tokenizedCardId.empty()) object.add("tokenizedCardId", message.tokenizedCardId);
    if (!message.lockReason.empty()) object.add("lockReason", message.lockReason);
    array.add(object);
  }
  return array;
}

}  // namespace florin::apps
