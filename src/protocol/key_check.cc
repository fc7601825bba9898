#include "protocol/key_check.h"

#include "base/bytes.h"
#include "crypto/hash.h"

namespace florin::protocol {

std::string keyCheckValue(const messages::WseRequest& request, const messages::WseReply& reply) {
  const Bytes text = base::concat(base::asBytes("florin key check/1"), request.walletId.view(),
                                  request.walletPublicKey, reply.identityKey, reply.captureKey,
                                  base::asBytes(reply.backendId));
  return base::toHex(ByteView(crypto::sha256(text)).first(3));
}

}  // namespace florin::protocol
