// Payment keys before they run out: one card's when the application asks, and every short card's
// without being asked (wallet-api 5, D8).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "wallet/asking.h"

namespace florin::wallet {

struct Replenishment {
  base::TokenId card;
  bool force = false;  // also above the policy's threshold
};

// replenishNow asks for keys of one card, as a conversation, which it ends.
void replenishNow(Core& core, const Disarm& disarm, PushTold told, const Replenishment& what);

// Refilled is how a refill ended. A card that the backend refused keys is in no error: the others
// had theirs.
struct Refilled {
  std::vector<Applied> applied;
  std::optional<ProvisioningServiceError> error;
};

// refillNow asks for keys of every active card that is short of them, one after the other. It
// belongs into a conversation, which it does not end.
void refillNow(Core& core, const Disarm& disarm, std::function<void(Refilled)> done);

// StockKeeper refills when it is told to look, and again with back-off while the backend cannot be
// reached, within limits::kRefillDelayMin and kRefillDelayMax.
class StockKeeper : public std::enable_shared_from_this<StockKeeper> {
 public:
  StockKeeper(Core& core, Disarm disarm) : core_(core), disarm_(std::move(disarm)) {}

  // look takes a look soon; while a failed refill waits for its turn it changes nothing. Any
  // thread.
  void look();

  // lookAtOnce takes a look soon, whatever failed before. Any thread.
  void lookAtOnce();

 private:
  void begin();
  void ended(const Refilled& refilled);

  Core& core_;
  const Disarm disarm_;
  bool busy_ = false;       // a refill is under way or in the queue; all on the executor only
  bool waiting_ = false;    // for the turn of one that failed
  unsigned failures_ = 0;   // in a row
  std::uint64_t turn_ = 0;  // counts the waits, so that one that was cut short does nothing
};

}  // namespace florin::wallet
