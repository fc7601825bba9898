// Access tokens of wallets (proof/access_token.h).
#pragma once

#include "cps/backend.h"
#include "messages/history.h"

namespace florin::cps {

// issueAccessToken makes a token for the history of one card of the wallet, good for
// limits::kAccessTokenLifetime. kTokenUnknown: the wallet has no such card.
Result<messages::AccessTokenReply> issueAccessToken(Backend& backend, const base::WalletId& wallet,
                                                    const base::DigitalCardId& id);

}  // namespace florin::cps
