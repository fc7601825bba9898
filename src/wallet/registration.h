// The messages of wallet secure enrollment (D5). A wallet may register at any time again: to a
// backend that knows it, it is the same request.
#pragma once

#include "messages/gateway.h"
#include "wallet/core.h"

namespace florin::wallet {

inline constexpr const char* kRegistrationPath = "/cps/v1/wallets";

// registrationOf is what the wallet says of itself.
Result<messages::WseRequest> registrationOf(Core& core, const vault::WalletRecord& wallet);

// readRegistration reads the answer. kUnauthenticated: not both sides hold the same keys, or the
// identity key does not vouch for the capture key.
Result<messages::WseReply> readRegistration(const messages::WseRequest& sent, ByteView body);

// checkPinned: kUnauthenticated unless the answer is of the backend that the wallet has pinned.
Status checkPinned(const vault::WalletRecord& wallet, const messages::WseReply& reply);

}  // namespace florin::wallet
