// KeySource gives the emulated card its payment keys. The wallet implements it over the vault and
// the armed key (D8).
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "emv/offline_authentication.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::card {

// The key of one cryptogram: a SUK, or one use of a LUK.
struct CardKey {
  std::uint16_t atc = 0;
  std::uint32_t keyIndex = 0;                             // of a LUK; zero for a SUK
  SecretBytes sessionKey;                                 // 16 bytes
  std::optional<emv::RecoveryKey> iccKey = std::nullopt;  // the card's own, for CDA
};

class KeySource {
 public:
  virtual ~KeySource() = default;

  // hasKey tells whether takeKey would find a key, so that a card without one says no before the
  // terminal has read it all. It spends nothing and does no I/O.
  virtual bool hasKey(const base::TokenId& token) = 0;

  // takeKey spends a key and returns it only after the spending is durable (I1). kExhausted: none
  // is left. Any error: no cryptogram is made.
  virtual Result<CardKey> takeKey(const base::TokenId& token) = 0;
};

}  // namespace florin::card
