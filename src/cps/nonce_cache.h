// NonceCache remembers the nonces of signed requests for as long as their signatures are fresh, so
// that a recorded request is not taken twice (docs/protocol.md 2.1). Every signed request is
// idempotent besides: with several instances, or after more requests than it holds, a replay gets
// the answer that the first one got.
#pragma once

#include <array>
#include <mutex>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace florin::cps {

// Memory is constant: two tables of limits::kNoncesRemembered entries of 16 bytes, of which the
// older is emptied when limits::kSignatureWindow is over or the newer is full. Thread-safe.
class NonceCache {
 public:
  NonceCache();

  // remember is true the first time.
  bool remember(const base::WalletId& walletId, ByteView nonce, base::Time now);

 private:
  using Entry = std::array<std::uint8_t, 16>;
  struct Table {
    std::vector<Entry> slots;  // open addressing; zeros are free
    std::size_t used = 0;
  };
  static std::size_t slotOf(const Table& table, const Entry& entry);

  std::mutex mutex_;
  Table newer_;
  Table older_;
  base::Time begun_;
};

}  // namespace florin::cps
