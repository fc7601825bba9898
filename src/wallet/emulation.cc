#include "wallet/emulation.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/limits.h"
#include "vault/payment_keys.h"

namespace florin::wallet {
namespace {

constexpr std::uint8_t kSelect = 0xA4;
constexpr std::chrono::milliseconds kLongestAuthentication = std::chrono::minutes(5);
constexpr std::uint64_t kOutdated = 0;  // a version that no cards have
Bytes conditionsNotSatisfied() { return {0x69, 0x85}; }

Result<std::optional<base::TokenId>> defaultCard(const vault::Vault& vault) {
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::DefaultCardRecord>(vault));
  return record ? std::optional(record->tokenId) : std::nullopt;
}

bool isSelect(ByteView command) { return command.size() > 1 && command[1] == kSelect; }

}  // namespace

// takeSnapshot reads the cards, the one that pays next first.
Status Emulation::takeSnapshot() {
  Snapshot next;
  next.version = core_.cardsVersion();
  std::vector<card::EmulatedCard> cards;
  FLORIN_TRY_ASSIGN(const auto first, payingCard());
  FLORIN_TRY(core_.withVault([&](vault::Vault& vault) -> Status {
    for (const vault::Vault::Item& item : vault.list(vault::Kind::kCard)) {
      FLORIN_TRY_ASSIGN(const auto id, base::TokenId::fromBytes(item.id));
      FLORIN_TRY_ASSIGN(const auto record, vault::decodeRecord<vault::CardRecord>(*item.value));
      FLORIN_TRY_ASSIGN(auto profile, emv::decodeProfile(record.profile.expose()));
      next.profiles.push_back(std::make_unique<emv::Profile>(std::move(profile)));
      cards.push_back(
          {id, next.profiles.back().get(), record.target == messages::CardTarget::kActive});
      if (first == id) std::ranges::rotate(cards, cards.end() - 1);
      FLORIN_TRY_ASSIGN(const auto own, vault::iccKeyOf(vault, id));
      if (own) next.ownKeys.emplace(id, own->number);
    }
    return {};
  }));
  card::KeySource& keys = *this;
  card::Cardholder& cardholder = *this;
  next.session = std::make_unique<card::CardSession>(std::move(cards), keys, cardholder);
  snapshot_ = std::move(next);
  return {};
}

Status Emulation::arm() {
  const std::lock_guard lock(mutex_);
  FLORIN_TRY_ASSIGN(const auto card, payingCard());
  if (!card) return Error(Code::kWrongState, "no card to pay with");
  if (!armed_.contains(*card)) {
    FLORIN_TRY_ASSIGN(SpentKey key, spendKey(core_, *card));
    armed_.emplace(*card, std::move(key));
  }
  if (snapshot_.session == nullptr) FLORIN_TRY(takeSnapshot());
  return {};
}

Result<std::optional<base::TokenId>> Emulation::payingCard() {
  if (nextCard_) return nextCard_;
  return core_.withVault([](vault::Vault& vault) { return defaultCard(vault); });
}

void Emulation::setUserAuthenticated(std::chrono::milliseconds validFor) {
  const std::lock_guard lock(mutex_);
  const auto bounded = std::clamp(validFor, std::chrono::milliseconds(0), kLongestAuthentication);
  authenticatedUntil_ = std::chrono::steady_clock::now() + bounded;
}

Status Emulation::setNextTransactionCard(const std::string& tokenizedCardId) {
  const std::lock_guard lock(mutex_);
  std::optional<base::TokenId> next;
  if (!tokenizedCardId.empty()) {
    const auto id = base::TokenId::parse(tokenizedCardId);
    const bool there = id.ok() && core_.withVault([&](vault::Vault& vault) {
      return vault.find(vault::Kind::kCard, id->view()) != nullptr;
    });
    if (!there) return Error(Code::kNotFound, "no such card");
    next = *id;
  }
  nextCard_ = next;
  snapshot_.version = kOutdated;
  return {};
}

void Emulation::setListener(std::shared_ptr<CardEmulationListener> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

Bytes Emulation::processApdu(ByteView command) {
  // Not std::timed_mutex: the TSan of g++ 12 does not see its wait and reports the unlock.
  std::unique_lock lock(mutex_, std::try_to_lock);
  const auto deadline = std::chrono::steady_clock::now() + base::limits::kArmingWait;
  while (!lock.owns_lock() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    (void)lock.try_lock();
  }
  if (!lock.owns_lock()) return conditionsNotSatisfied();
  const bool stale = snapshot_.version != core_.cardsVersion();
  if (snapshot_.session == nullptr || (stale && isSelect(command))) {
    if (!takeSnapshot().ok()) return conditionsNotSatisfied();
  }
  return snapshot_.session->process(command);
}

void Emulation::onDeactivated(DeactivationReason) {
  {
    const std::lock_guard lock(mutex_);
    if (snapshot_.session != nullptr) snapshot_.session->deactivated();
  }
  core_.stockMayBeShort();
}

void Emulation::disarm(const base::TokenId& card) {
  const std::lock_guard lock(mutex_);
  if (card == base::TokenId()) {
    armed_.clear();
  } else {
    armed_.erase(card);
  }
}

bool Emulation::hasKey(const base::TokenId& token) {
  if (armed_.contains(token)) return true;
  const base::Time now = core_.backendTime();
  return core_.withVault([&](vault::Vault& vault) {
    const auto stock = vault::stockOf(vault, token);
    return stock.ok() && stock->leftAt(now) > 0;
  });
}

// wasRenewed: the terminal has read certificates of another key than the card has by now.
bool Emulation::wasRenewed(const base::TokenId& token) {
  const auto read = snapshot_.ownKeys.find(token);
  if (read == snapshot_.ownKeys.end()) return false;
  return core_.withVault([&](vault::Vault& vault) {
    const auto own = vault::iccKeyOf(vault, token);
    return !own.ok() || !*own || (*own)->number != read->second;
  });
}

// One payment: the cardholder's word and his choice of a card are for no other.
Result<card::CardKey> Emulation::takeKey(const base::TokenId& token) {
  if (wasRenewed(token)) return Error(Code::kWrongState, "the card was renewed during the tap");
  FLORIN_TRY_ASSIGN(SpentKey key, armedOrNew(token));
  authenticatedUntil_ = {};
  if (nextCard_) snapshot_.version = kOutdated;
  nextCard_.reset();
  tell(&CardEmulationListener::onCryptogramMade, token);
  return card::CardKey{key.atc, key.keyIndex, std::move(key.key), std::move(key.iccKey)};
}

Result<SpentKey> Emulation::armedOrNew(const base::TokenId& token) {
  if (auto armed = armed_.extract(token)) return std::move(armed.mapped());
  return spendKey(core_, token);
}

bool Emulation::isVerified() { return std::chrono::steady_clock::now() < authenticatedUntil_; }

void Emulation::verificationWanted(const base::TokenId& token) {
  tell(&CardEmulationListener::onAuthenticationRequired, token);
}

void Emulation::tell(void (CardEmulationListener::*call)(const std::string&),
                     const base::TokenId& card) {
  if (listener_ == nullptr) return;
  core_.post([this, listener = listener_, call, id = card.toString()] {
    try {
      ((*listener).*call)(id);
    } catch (...) {
      core_.log.error("emulation.listener_threw");
    }
  });
}

}  // namespace florin::wallet
