// Payment keys in the vault: put in when the backend delivers them, taken out one at a time (I1).
#pragma once

#include "messages/operations.h"
#include "vault/records.h"

namespace florin::vault {

// TakenKey is a single-use key that is no longer in the vault; still wrapped (D8).
struct TakenKey {
  std::uint32_t atc = 0;
  base::KeyId transportKeyId;
  Bytes transportPoint;  // 65 bytes
  Bytes wrapped;
};

// takeKey removes the next single-use key of a card, the one of the lowest ATC above all that were
// used, and gives it only after the removal is durable: no key is handed out twice, even across a
// crash (I1), and the ATC only grows (I2). kExhausted: none is left.
Result<TakenKey> takeKey(Vault& vault, const base::TokenId& card);

// keysLeft counts the single-use keys of a card.
std::uint32_t keysLeft(const Vault& vault, const base::TokenId& card);

// lastAtc is the highest ATC that a card has used; 0 before its first.
Result<std::uint32_t> lastAtc(const Vault& vault, const base::TokenId& card);

// putKeys adds what an operation delivers, and forgets transport keys that no stored key names any
// more. A key whose ATC is not above the last one used is left out: it was used, or is too late.
// Keys below `keys.voidBelow` go, and count as used from now on.
Status putKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card,
               const messages::InstallKeys& keys);

}  // namespace florin::vault
