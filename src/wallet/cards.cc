#include "wallet/cards.h"

#include <algorithm>

#include "wallet/retired_keys.h"

namespace florin::wallet {
namespace {

using vault::Vault;

std::optional<base::TokenId> defaultCard(const Vault& vault) {
  const auto record = vault::readRecord<vault::DefaultCardRecord>(vault);
  if (!record.ok() || !*record) return std::nullopt;
  return (*record)->tokenId;
}

CardState stateOf(messages::CardTarget target) {
  switch (target) {
    case messages::CardTarget::kInactive: return CardState::INACTIVE;
    case messages::CardTarget::kActive: return CardState::ACTIVE;
    case messages::CardTarget::kSuspended: return CardState::SUSPENDED;
  }
  return CardState::UNKNOWN;
}

std::optional<DigitalizedCard> snapshot(const Vault& vault, const base::TokenId& id,
                                        base::Time now) {
  const auto read = vault::readRecord<vault::CardRecord>(vault, id.view());
  const auto stock = vault::stockOf(vault, id);
  if (!read.ok() || !*read || !stock.ok()) return std::nullopt;
  const vault::CardRecord& record = **read;
  DigitalizedCard card;
  card.tokenizedCardId = id.toString();
  card.digitalCardId = record.digitalCardId.toString();
  card.state = stateOf(record.target);
  card.product = record.product;
  card.scheme = record.scheme;
  card.panLastFour = record.panLastFour;
  card.dpanLastFour = record.dpanLastFour;
  card.panExpiry = record.panExpiry;
  card.paymentsLeft = stock->leftAt(now);
  card.needsReplenishment = stock->isShortAt(now, record.lowWater);
  card.keyExpires = stock->expires;
  card.isDefault = defaultCard(vault) == id;
  return card;
}

}  // namespace

std::vector<DigitalizedCard> CardService::getAllCards() const {
  const base::Time now = core_.backendTime();
  return core_.withVault([now](Vault& vault) {
    std::vector<DigitalizedCard> cards;
    for (const Vault::Item& item : vault.list(vault::Kind::kCard)) {
      const auto id = base::TokenId::fromBytes(item.id);
      if (!id.ok()) continue;
      if (auto card = snapshot(vault, *id, now)) cards.push_back(std::move(*card));
    }
    return cards;
  });
}

std::optional<DigitalizedCard> CardService::getCard(const std::string& tokenizedCardId) const {
  const auto id = base::TokenId::parse(tokenizedCardId);
  if (!id.ok()) return std::nullopt;
  const base::Time now = core_.backendTime();
  return core_.withVault([&](Vault& vault) { return snapshot(vault, *id, now); });
}

std::optional<std::string> CardService::getDefaultCard() const {
  const auto id = core_.withVault([](Vault& vault) { return defaultCard(vault); });
  return id ? std::optional(id->toString()) : std::nullopt;
}

Status CardService::setDefaultCard(const std::string& tokenizedCardId) {
  FLORIN_TRY_ASSIGN(const auto id, base::TokenId::parse(tokenizedCardId));
  FLORIN_TRY(core_.withVault([&](Vault& vault) -> Status {
    if (vault.find(vault::Kind::kCard, id.view()) == nullptr) {
      return Error(Code::kNotFound, "no such card");
    }
    vault::Transaction transaction;
    putRecord(transaction, vault::DefaultCardRecord{id});
    return vault.commit(std::move(transaction));
  }));
  core_.cardsChanged();
  core_.stockMayBeShort();
  return {};
}

std::optional<std::string> CardService::getDigitalCardId(const std::string& tokenizedCardId) const {
  const auto card = getCard(tokenizedCardId);
  return card ? std::optional(card->digitalCardId) : std::nullopt;
}

std::optional<std::string> CardService::getTokenizedCardId(const std::string& digitalCardId) const {
  const auto cards = getAllCards();
  const auto found = std::ranges::find(cards, digitalCardId, &DigitalizedCard::digitalCardId);
  return found == cards.end() ? std::nullopt : std::optional(found->tokenizedCardId);
}

Status DataService::wipeAll() {
  const auto cards = core_.withVault([](Vault& vault) {
    std::vector<base::TokenId> ids;
    for (const Vault::Item& item : vault.list(vault::Kind::kCard)) {
      if (const auto id = base::TokenId::fromBytes(item.id); id.ok()) ids.push_back(*id);
    }
    return ids;
  });
  for (const base::TokenId& card : cards) disarm_(card);
  const Status wiped = wipeVault(core_);
  core_.cardsChanged();
  return wiped;
}

Status DataService::wipeCard(const std::string& tokenizedCardId) {
  FLORIN_TRY_ASSIGN(const auto id, base::TokenId::parse(tokenizedCardId));
  disarm_(id);
  const Status erased = core_.withVault([&](Vault& vault) -> Status {
    if (vault.find(vault::Kind::kCard, id.view()) == nullptr) {
      return Error(Code::kNotFound, "no such card");
    }
    vault::Transaction transaction;
    eraseCard(transaction, vault, id);
    transaction.shred();
    return vault.commit(std::move(transaction));
  });
  core_.cardsChanged();
  return erased;
}

}  // namespace florin::wallet
