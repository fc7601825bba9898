// The key check value of WSE (docs/protocol.md 2.3): six hex characters over the keys that wallet
// and backend now hold of each other, shown by both, so that a person can compare them.
#pragma once

#include <string>

#include "messages/gateway.h"

namespace florin::protocol {

// keyCheckValue hashes everything that the two messages exchange but the value itself.
std::string keyCheckValue(const messages::WseRequest& request, const messages::WseReply& reply);

}  // namespace florin::protocol
