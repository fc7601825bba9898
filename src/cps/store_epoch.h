// StoreEpoch counts how often the backend's store was put back from a backup (D7). What the lost
// days held is known to devices only, so each epoch numbers above everything of the ones before:
// from epoch * 2^32 and the seconds from 2020 to the restore on. An epoch may come twice, when a
// backup is put back once more and nothing is left of what it was before: the seconds are later.
#pragma once

#include "ports/store.h"

namespace florin::cps {

struct StoreEpoch {
  std::uint32_t number = 0;
  // The operator said that nothing newer will be found. Until then nobody is told that a device,
  // wallet or card is not known: it may stand in a newer backup.
  bool confirmed = true;
  std::uint64_t first = 1;  // the lowest number of operations, in a card's order, of requests
};

// readStoreEpoch gives epoch 0 for a store that never was restored. kCorrupted: of another form.
Result<StoreEpoch> readStoreEpoch(ports::Unit& unit);

// beginStoreEpoch starts the next one, unconfirmed, in the caller's unit. `known` is the epoch of
// the store that is replaced, if it can be read: the new one is above it, too. confirmStoreEpoch is
// the operator's word, and may come again.
Result<StoreEpoch> beginStoreEpoch(ports::Unit& unit, base::Time now, std::uint32_t known = 0);
Status confirmStoreEpoch(ports::Unit& unit);

}  // namespace florin::cps
