// What a push says (wallet-api 4). It comes from outside and carries nothing: at most it makes the
// wallet ask its backend.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "base/ids.h"

namespace florin::wallet {

struct FetchWhatWaits {};
struct ReplenishCard {
  base::DigitalCardId digitalCardId;
};
struct PaymentMade {
  base::DigitalCardId digitalCardId;
};
struct NotOurs {};
using Incoming = std::variant<NotOurs, FetchWhatWaits, ReplenishCard, PaymentMade>;

// readIncoming never fails: what is not understood is the application's own.
Incoming readIncoming(const std::map<std::string, std::string>& bundle);

}  // namespace florin::wallet
