// The push token: its form, and telling the backend of a new one.
#pragma once

#include <string_view>

#include "wallet/core.h"

namespace florin::wallet {

// isPushToken: printable ASCII without spaces, not too long, not "HMS:" alone. Empty means none.
bool isPushToken(std::string_view token);

// isTold: the backend has this token already, and no request with it is still in flight.
Result<bool> isTold(const vault::Vault& vault, std::string_view token);

// putUpdate puts the token and the request that tells it into the transaction. kWrongState: another
// request is in flight.
Status putUpdate(vault::Transaction& transaction, const vault::Vault& vault,
                 std::string_view token);

}  // namespace florin::wallet
