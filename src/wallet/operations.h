// Operations of the backend, applied to the vault (D7): each with its ack in one transaction, once,
// in the order of its card.
#pragma once

#include <string>
#include <vector>

#include "messages/exchange.h"
#include "vault/payment_keys.h"

namespace florin::wallet {

// Applied is what the application is told of one operation; `code` is empty when it is told
// nothing.
struct Applied {
  std::string tokenizedCardId;
  std::string code;
  LockReason lockReason = LockReason::NONE;  // of the device, when it is stopped by this
};

// applyOperation makes the operation and its ack durable. An operation that cannot be applied is
// acknowledged so, with the reason; one that was applied before is acknowledged again and changes
// nothing (I4). An error is the vault's: nothing was applied and the backend will deliver it again.
Result<Applied> applyOperation(vault::Vault& vault, const messages::DeliveredOperation& operation);

// eraseCard erases a card and its keys. Counters and sequence stay (I2, I4).
void eraseCard(vault::Transaction& transaction, const vault::Vault& vault,
               const base::TokenId& card);

// eraseCards erases every card.
void eraseCards(vault::Transaction& transaction, const vault::Vault& vault);

// eraseDevice erases all that enrollment and provisioning gave, every record but the wallet's, and
// retires the device's keys. It shreds.
Status eraseDevice(vault::Transaction& transaction, const vault::Vault& vault);

// loseChannel forgets the channel, after the backend's verdict that it does not know it any more.
// Cards and keys stay: with the same device key the wallet enrolls again, and then they serve on.
Status loseChannel(vault::Transaction& transaction, const vault::Vault& vault);

}  // namespace florin::wallet
