// StoreEpoch counts how often the backend's store was put back from a backup (D7). What the lost
// days held is known to devices only, so each epoch numbers above everything of the ones before:
// operations of epoch e begin at e * 2^32.
#pragma once

#include "ports/store.h"

namespace florin::cps {

struct StoreEpoch {
  std::uint32_t number = 0;
  // The operator said that nothing newer will be found. Until then nobody is told that a device,
  // wallet or card is not known: it may stand in a newer backup.
  bool confirmed = true;
};

// firstOf gives the lowest number of an epoch: of operations, in a card's order, of requests.
constexpr std::uint64_t firstOf(const StoreEpoch& epoch) {
  return epoch.number == 0 ? 1 : static_cast<std::uint64_t>(epoch.number) << 32U;
}

// readStoreEpoch gives epoch 0 for a store that never was restored. kCorrupted: of another form.
Result<StoreEpoch> readStoreEpoch(ports::Unit& unit);

// beginStoreEpoch starts the next one, unconfirmed, in the caller's unit; confirmStoreEpoch is the
// operator's word, and may come again.
Result<StoreEpoch> beginStoreEpoch(ports::Unit& unit);
Status confirmStoreEpoch(ports::Unit& unit);

}  // namespace florin::cps
