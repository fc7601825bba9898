// Rows of room tsp about limited-use keys: the keys that were issued and how often each was used,
// and which ATCs of a card were accepted. See wallets.h for what holds of every row and repository.
#pragma once

#include <optional>

#include "base/ids.h"
#include "base/time.h"
#include "florin/result.h"

namespace florin::records {

enum class LimitedKeyState : std::uint8_t { kIssued = 1, kVoid = 2 };

// A limited-use key, by card, master key version and key index (emv/key_derivation.h). The key
// itself is not stored: it is derived in custody (I10).
struct LimitedKey {
  base::TokenId tokenId;
  std::uint32_t masterKeyVersion = 1;
  std::uint32_t index = 0;
  LimitedKeyState state = LimitedKeyState::kIssued;
  std::uint32_t uses = 0;   // cryptograms accepted
  std::uint32_t limit = 0;  // at most so many (I1)
  base::Time issued = {};
  base::Time expires = {};
  base::Time arrived = {};  // its device acknowledged it; zero: not yet
};

// The ATCs of a card that were accepted under limited-use keys (D8), as running ATCs: bit i of
// `accepted` is `highest` - i. What lies further back counts as accepted.
struct AtcWindow {
  base::TokenId tokenId;
  std::uint32_t highest = 0;  // that was accepted, or that the device said it used
  std::uint64_t accepted = 0;
  std::uint32_t lastAccepted = 0;  // the highest that was accepted
};

class LimitedKeyRepository {
 public:
  virtual ~LimitedKeyRepository() = default;
  virtual Status insert(const LimitedKey&) = 0;  // kConflict: the index is taken
  virtual Status update(const LimitedKey&) = 0;
  virtual Result<std::optional<LimitedKey>> find(const base::TokenId&,
                                                 std::uint32_t masterKeyVersion,
                                                 std::uint32_t index) = 0;
  // newest gives the card's key that was issued last, under any version.
  virtual Result<std::optional<LimitedKey>> newest(const base::TokenId&) = 0;
  // voidIssued makes every key of the card that is kIssued kVoid.
  virtual Status voidIssued(const base::TokenId&) = 0;

  // window gives zeros for a card that has none yet.
  virtual Result<AtcWindow> window(const base::TokenId&) = 0;
  virtual Status putWindow(const AtcWindow&) = 0;
};

}  // namespace florin::records
