// Cardholder verification by the card's list of rules (EMV Book 3, 10.5).
#pragma once

#include <array>
#include <cstdint>

#include "emv/verification.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::terminal {

struct VerificationFacts {
  std::uint64_t amount = 0;          // minor units
  bool applicationCurrency = false;  // the amount is in the card's currency
  bool onlinePin = false;            // a PIN was entered, the issuer will check it
};

struct VerificationResult {
  bool successful = false;
  bool onlinePin = false;
  emv::VerificationResults results{};  // 9F34
};

// verifyCardholder runs the rules of `list` (8E) in order. This terminal knows "no verification"
// and on line PIN. kMalformed: the list is no list.
Result<VerificationResult> verifyCardholder(ByteView list, const VerificationFacts& facts);

}  // namespace florin::terminal
