#include "wallet/emulation.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/limits.h"
#include "vault/payment_keys.h"

namespace florin::wallet {
namespace {

constexpr std::uint8_t kSelect = 0xA4;
Bytes conditionsNotSatisfied() { return {0x69, 0x85}; }

Result<std::optional<base::TokenId>> defaultCard(const vault::Vault& vault) {
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::DefaultCardRecord>(vault));
  return record ? std::optional(record->tokenId) : std::nullopt;
}

bool isSelect(ByteView command) { return command.size() > 1 && command[1] == kSelect; }

}  // namespace

// takeSnapshot reads the cards, the default one first.
Status Emulation::takeSnapshot() {
  Snapshot next;
  next.version = core_.cardsVersion();
  std::vector<card::EmulatedCard> cards;
  FLORIN_TRY(core_.withVault([&](vault::Vault& vault) -> Status {
    FLORIN_TRY_ASSIGN(const auto first, defaultCard(vault));
    for (const vault::Vault::Item& item : vault.list(vault::Kind::kCard)) {
      FLORIN_TRY_ASSIGN(const auto id, base::TokenId::fromBytes(item.id));
      FLORIN_TRY_ASSIGN(const auto record, vault::decodeRecord<vault::CardRecord>(*item.value));
      FLORIN_TRY_ASSIGN(auto profile, emv::decodeProfile(record.profile.expose()));
      next.profiles.push_back(std::make_unique<emv::Profile>(std::move(profile)));
      cards.push_back(
          {id, next.profiles.back().get(), record.target == messages::CardTarget::kActive});
      if (first == id) std::ranges::rotate(cards, cards.end() - 1);
    }
    return {};
  }));
  card::KeySource& keys = *this;
  next.session = std::make_unique<card::CardSession>(std::move(cards), keys);
  snapshot_ = std::move(next);
  return {};
}

Status Emulation::arm() {
  const std::lock_guard lock(mutex_);
  FLORIN_TRY_ASSIGN(const auto card,
                    core_.withVault([](vault::Vault& vault) { return defaultCard(vault); }));
  if (!card) return Error(Code::kWrongState, "no default card");
  if (!armed_.contains(*card)) {
    FLORIN_TRY_ASSIGN(SpentKey key, spendKey(core_, *card));
    armed_.emplace(*card, std::move(key));
  }
  if (snapshot_.session == nullptr) FLORIN_TRY(takeSnapshot());
  return {};
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

Result<card::CardKey> Emulation::takeKey(const base::TokenId& token) {
  if (auto armed = armed_.extract(token)) {
    SpentKey& key = armed.mapped();
    return card::CardKey{key.atc, key.keyIndex, std::move(key.key)};
  }
  FLORIN_TRY_ASSIGN(SpentKey key, spendKey(core_, token));
  return card::CardKey{key.atc, key.keyIndex, std::move(key.key)};
}

}  // namespace florin::wallet
