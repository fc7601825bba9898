// Histories gives a wallet what its cards paid (wallet-api 1). How far back and how many is the
// program's policy.
#pragma once

#include "gateway/gateway.h"
#include "messages/history.h"

namespace florin::gateway {

class Histories {
 public:
  explicit Histories(const Gateway& gateway) : gateway_(gateway) {}

  // history: INCORRECT_AUTHENTICATION_TOKEN: the access token is none of ours, has expired, or is
  // of another card or wallet. UNKNOWN_DIGITAL_CARD_ID (kTokenUnknown): no such card.
  Result<messages::HistoryReply> history(const base::WalletId& wallet,
                                         const base::DigitalCardId& id,
                                         const messages::HistoryRequest& request);

 private:
  Status check(const base::WalletId& wallet, const base::DigitalCardId& id,
               const SecretBytes& accessToken);

  Gateway gateway_;
};

}  // namespace florin::gateway
