// Spending a payment key (D8): out of the vault durably, then unwrapped in memory, one at a time.
#pragma once

#include "wallet/core.h"

namespace florin::wallet {

// SpentKey is one single-use key that is in the vault no more. It dies with the process (I1).
struct SpentKey {
  base::TokenId card;
  std::uint32_t atc = 0;
  SecretBytes key;
};

// spendKey takes the next key of an active card. The removal is durable when it returns. kNotFound:
// no such card; kWrongState: it is not active; kExhausted: no key is left; kUnauthenticated: the
// key does not unwrap, and is spent all the same. From any thread.
Result<SpentKey> spendKey(Core& core, const base::TokenId& card);

}  // namespace florin::wallet
