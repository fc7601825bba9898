// Session is one provisioning session: exchanges with the backend until it has no more for us and
// knows what we applied (D6, D7). What it changes is durable step by step, so it may stop anywhere.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "wallet/core.h"
#include "wallet/errors.h"
#include "wallet/operations.h"

namespace florin::wallet {

// Disarm is told before a card's keys or state change, so that no key made ready before is used
// after (D8).
using Disarm = std::function<void(const base::TokenId&)>;

struct SessionOutcome {
  std::optional<ProvisioningServiceError> error;
  std::optional<messages::RequestResult> result;  // of the request that was in flight
  std::vector<Applied> applied;
  LockReason lockReason = LockReason::NONE;  // of the device, as the last reply has it
};

// runSession talks to the backend and calls `done` once, on the executor. The device must be
// enrolled at least to E4. It belongs into a conversation (Core::converse).
void runSession(Core& core, Disarm disarm, std::function<void(SessionOutcome)> done);

// putRequest gives the request the next number and makes it the one in flight; durable with the
// transaction. kWrongState: another one is in flight.
Status putRequest(vault::Transaction& transaction, const vault::Vault& vault,
                  vault::RequestsRecord request);

}  // namespace florin::wallet
