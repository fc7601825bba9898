// Vaults that are put back from a copy, and copies that live on beside the original (D7).
#include <algorithm>
#include <utility>

#include "cps/store_epoch.h"
#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

std::uint32_t atcOf(const DeviceView& vault, const base::TokenId& card) {
  const auto found = vault.counters.find(card);
  return found == vault.counters.end() ? 0 : found->second;
}

}  // namespace

std::optional<Fleet::VaultCopy> Fleet::copyVault(const Party& party) {
  const auto row = deviceOf(party);
  const DeviceView& view = party.checks->view();
  if (!isIdle(party) || party.old || excused(party) || !row || party.checks->isAhead()) {
    return std::nullopt;
  }
  if (row->state != records::DeviceState::kActive || view.deviceId != row->deviceId) {
    return std::nullopt;
  }
  if (!party.device->disk.durable() || !view.active) return std::nullopt;
  return VaultCopy{*party.device->disk.durable(), view, party.walletId, row->sealedPsk, restores_};
}

// isStillOf: the device is the one that it was, and up to date with the backend's store, which did
// not go back: it would not know what a copy of lost days holds.
bool Fleet::isStillOf(const VaultCopy& copy, const Party& party) {
  if (copy.restores != restores_) return false;
  const auto row = deviceOf(party);
  if (!isIdle(party) || party.old || excused(party) || party.checks->isAhead()) return false;
  if (!row || row->state != records::DeviceState::kActive || backendHeld_) return false;
  const auto epoch =
      backend_.durable().read([](ports::Unit& unit) { return cps::readStoreEpoch(unit); }).value();
  return party.walletId == copy.wallet && row->sealedPsk == copy.psk &&
         row->storeEpoch == epoch.number;
}

// isKnownOlder: the backend was told of a use, or accepted one, that this vault does not know. A
// generation proves nothing for long: the vault goes on counting.
bool Fleet::isKnownOlder(const Party& party, const DeviceView& vault) {
  const auto row = deviceOf(party);
  if (!row) return false;
  if (std::ranges::any_of(row->reported, [&](const records::ReportedAtc& known) {
        return vault.cards.contains(known.tokenId) && known.lastAtc > atcOf(vault, known.tokenId);
      })) {
    return true;
  }
  return std::ranges::any_of(vault.cards, [&](const auto& entry) {
    const base::TokenId& card = entry.first;
    const auto excuse = std::ranges::find(row->excused, card, &records::ReportedAtc::tokenId);
    const auto spent =
        backend_.durable()
            .read([&](ports::Unit& unit) -> Result<std::uint32_t> {
              FLORIN_TRY_ASSIGN(const auto single, unit.paymentKeys().highestSpent(card));
              FLORIN_TRY_ASSIGN(const auto window, unit.limitedKeys().window(card));
              return std::max(single, window.lastAccepted);
            })
            .value();
    return spent > atcOf(vault, card) && (excuse == row->excused.end() || spent > excuse->lastAtc);
  });
}

void Fleet::planOldVault(Party& party) {
  const auto copy = copyVault(party);
  if (!copy) return;
  trace_.line("vault copied", party.device->index());
  schedule_.after(troubles_.between(1h, 40h), [this, &party, copy = *copy] {
    if (isStillOf(copy, party)) putBack(party, copy);
  });
}

// putBack: half of the devices then wait until the backend has found it out; the others pay.
void Fleet::putBack(Party& party, const VaultCopy& copy) {
  const bool waits = troubles_.percent(50) && isKnownOlder(party, copy.view);
  trace_.line("vault put back", party.device->index(), waits);
  ++faults_;
  killDevice(party, true);
  party.device->disk.setDurable(copy.vault);
  party.checks->putBack(copy.view);
  party.old = true;
  backendChecks_.mayBeOld(party.walletId);
  putBack_[party.walletId] = backendChecks_.rollbacks(party.walletId);
  if (waits) oweRollback(party);
}

// oweRollback: the backend has all that it needs to find the old vault; it is asked until it did.
void Fleet::oweRollback(Party& party) {
  owedRollbacks_[party.walletId] = backendChecks_.rollbacks(party.walletId) + 1;
  watched_.insert(party.device->index());
  askUntilFound(party);
}

void Fleet::askUntilFound(Party& party) {
  const auto owed = owedRollbacks_.find(party.walletId);
  if (owed == owedRollbacks_.end() || backendChecks_.rollbacks(party.walletId) >= owed->second) {
    watched_.erase(party.device->index());
    return;
  }
  if (isIdle(party)) party.app->poll();
  schedule_.after(troubles_.between(1min, 3h), [this, &party] { askUntilFound(party); });
}

void Fleet::beginClone(Party& original) {
  const auto copy = copyVault(original);
  if (!copy || backendHeld_ || watched_.contains(original.device->index())) return;
  trace_.line("vault cloned", original.device->index());
  ++faults_;
  Party& clone = addParty(copy->vault);
  clone.intruder = clone.old = true;
  clone.app->cards = original.app->cards;
  clone.walletId = original.walletId;
  original.old = true;
  original.checks->copied();
  original.device->usesRepeat = clone.device->usesRepeat = true;
  backendChecks_.mayBeOld(original.walletId);
  start(clone);
  const base::Duration life = troubles_.between(6h, 36h);
  for (int i = 0; i < 6; ++i) {
    schedule_.after(troubles_.between(1min, life), [this, &clone] {
      if (isIdle(clone)) clone.app->poll();
    });
    schedule_.after(troubles_.between(1min, life), [this, &clone] { pay(clone); });
  }
  schedule_.after(life, [this, &clone, &original] { endClone(clone, original); });
}

void Fleet::endClone(Party& clone, Party& original) {
  if (clone.off) return;
  trace_.line("clone ends", original.device->index());
  clone.off = true;
  clone.device->kill(true);
  clone.app->died();
  const bool sameWallet = std::exchange(clone.walletId, {}) == original.walletId;
  if (!sameWallet) return;
  original.old = true;
  original.checks->copied();
  if (isKnownOlder(original, original.checks->view())) oweRollback(original);
}

bool Fleet::mayLackRenewal(const Party& party) {
  const auto since = putBack_.find(party.walletId);
  return since != putBack_.end() && backendChecks_.rollbacks(party.walletId) <= since->second;
}

bool Fleet::forgot(const Party& party) {
  return party.old && !backendChecks_.remembers(party.walletId, party.checks->view()) &&
         !isKnownOlder(party, party.checks->view());
}

void Fleet::checkRollbacks() {
  for (const auto& [wallet, count] : owedRollbacks_) {
    if (backendChecks_.wasRevoked(wallet)) continue;
    verdict_.require(backendChecks_.rollbacks(wallet) >= count, "I2",
                     "an old vault was not found out");
  }
}

}  // namespace florin::sim
