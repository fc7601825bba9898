// Payment keys in the vault: put in when the backend delivers them, taken out one use at a time
// (I1). ATCs are running ATCs (base/running_atc.h).
#pragma once

#include "messages/operations.h"
#include "vault/records.h"

namespace florin::vault {

// TakenKey is one use of a payment key, spent in the vault; the key is still wrapped (D8).
struct TakenKey {
  std::uint32_t atc = 0;
  messages::KeyKind kind = messages::KeyKind::kSuk;
  std::uint32_t number = 0;  // the ATC of a SUK, the index of a LUK
  base::KeyId transportKeyId;
  Bytes transportPoint;  // 65 bytes
  Bytes wrapped;
};

// takeKey spends the next use of a card's keys: of single-use keys the one of the lowest ATC, of a
// limited-use key one of its uses under the next ATC. It gives the key only after that is durable:
// no use is handed out twice, even across a crash (I1), and the ATC only grows (I2). kExhausted:
// none is left, or the key has expired.
Result<TakenKey> takeKey(Vault& vault, const base::TokenId& card, base::Time now);

// Stock is what a card has left to pay with.
struct Stock {
  std::uint32_t uses = 0;
  std::optional<base::Time> expires;  // of a limited-use key
  std::optional<base::Time> refresh;  // when the next one is to be asked for

  [[nodiscard]] std::uint32_t leftAt(base::Time now) const {
    return expires && now >= *expires ? 0 : uses;
  }
  [[nodiscard]] bool isShortAt(base::Time now, std::uint32_t lowWater) const {
    return leftAt(now) < lowWater || (refresh && now >= *refresh);
  }
};
Result<Stock> stockOf(const Vault& vault, const base::TokenId& card);

// lastAtc is the highest ATC that a card has used; 0 before its first.
Result<std::uint32_t> lastAtc(const Vault& vault, const base::TokenId& card);

// putKeys adds what an operation delivers, and forgets transport keys that no stored key names any
// more. A SUK whose ATC is not above the last one used is left out: it was used, or is too late. A
// LUK takes the place of the card's LUK. With `keys.voidBelow` all that was installed before is
// over: lower ATCs count as used from now on, their SUKs and the card's LUK go.
Status putKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card,
               const messages::InstallKeys& keys);

// putIccKey gives a card another key of its own.
void putIccKey(Transaction& transaction, const base::TokenId& card, const messages::IccKey& key);

// iccKeyOf gives a card's own key, wrapped; nothing when it has none. kCorrupted: it cannot be
// unwrapped any more.
Result<std::optional<messages::IccKey>> iccKeyOf(const Vault& vault, const base::TokenId& card);

// eraseKeys erases all payment keys of a card.
void eraseKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card);

}  // namespace florin::vault
