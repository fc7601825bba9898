#include "cps/nonce_cache.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/hash.h"

namespace florin::cps {
namespace {

namespace limits = base::limits;

// A signature may be from the future by one window and is fresh for one more.
constexpr auto kGeneration = 2 * limits::kSignatureWindow;
constexpr std::size_t kMostUsed = limits::kNoncesRemembered / 2;  // probes stay short

}  // namespace

NonceCache::NonceCache() {
  newer_.slots.resize(limits::kNoncesRemembered);
  older_.slots.resize(limits::kNoncesRemembered);
}

// The slot that holds the entry, or the free one where it would stand. Half of the slots are free.
std::size_t NonceCache::slotOf(const Table& table, const Entry& entry) {
  std::size_t slot = base::readBigEndian(ByteView(entry).first(8)) % table.slots.size();
  while (table.slots[slot] != Entry() && table.slots[slot] != entry) {
    slot = (slot + 1) % table.slots.size();
  }
  return slot;
}

bool NonceCache::remember(const base::WalletId& walletId, ByteView nonce, base::Time now) {
  const auto hash = crypto::sha256(base::concat(walletId.view(), nonce));
  Entry entry;
  std::copy_n(hash.begin(), entry.size(), entry.begin());
  const std::lock_guard lock(mutex_);
  if (now >= begun_ + kGeneration || newer_.used == kMostUsed) {
    std::swap(newer_, older_);
    std::ranges::fill(newer_.slots, Entry());
    newer_.used = 0;
    begun_ = now;
  }
  if (older_.slots[slotOf(older_, entry)] == entry) return false;
  Entry& slot = newer_.slots[slotOf(newer_, entry)];
  if (slot == entry) return false;
  slot = entry;
  ++newer_.used;
  return true;
}

}  // namespace florin::cps
