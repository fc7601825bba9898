// Spending a payment key (D8): out of the vault durably, then unwrapped in memory, one at a time.
#pragma once

#include <optional>

#include "crypto/recovery_rsa.h"
#include "wallet/core.h"

namespace florin::wallet {

// SpentKey is one use of a payment key, which the vault does not have any more. It dies with the
// process (I1).
struct SpentKey {
  base::TokenId card;
  std::uint16_t atc = 0;
  std::uint32_t keyIndex = 0;  // of a limited-use key; zero for a single-use key
  SecretBytes key;
  std::optional<crypto::RecoveryKey> iccKey;  // of a card that does CDA
};

// spendKey takes the next use of an active card's keys, durably when it returns. kNotFound: no such
// card; kWrongState: it is not active; kExhausted: no use is left; kUnauthenticated: the key does
// not unwrap, and the use is spent all the same; the card's own key does not, and none is. From any
// thread.
Result<SpentKey> spendKey(Core& core, const base::TokenId& card);

}  // namespace florin::wallet
