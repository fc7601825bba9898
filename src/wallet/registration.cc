#include "wallet/registration.h"

#include "base/bytes.h"
#include "crypto/p256.h"
#include "protocol/key_check.h"

namespace florin::wallet {

Result<messages::WseRequest> registrationOf(Core& core, const vault::WalletRecord& wallet) {
  messages::WseRequest out;
  out.walletId = wallet.walletId;
  out.walletProviderId = core.config.walletProviderId;
  out.walletApplicationId = core.config.walletApplicationId;
  FLORIN_TRY_ASSIGN(out.walletPublicKey, core.deviceKeys().publicKey(wallet.signingKey));
  return out;
}

Result<messages::WseReply> readRegistration(const messages::WseRequest& sent, ByteView body) {
  FLORIN_TRY_ASSIGN(auto reply, messages::decodeWseReply(base::asText(body)));
  if (reply.keyCheckValue != protocol::keyCheckValue(sent, reply)) {
    return Error(Code::kUnauthenticated, "the backend holds other keys than we");
  }
  FLORIN_TRY_ASSIGN(const auto identity, crypto::P256PublicKey::fromPoint(reply.identityKey));
  FLORIN_TRY(
      identity.verify(messages::captureKeyText(reply.captureKey), reply.captureKeySignature));
  return reply;
}

Status checkPinned(const vault::WalletRecord& wallet, const messages::WseReply& reply) {
  if (reply.backendId == wallet.backendId && reply.identityKey == wallet.identityKey) return {};
  return Error(Code::kUnauthenticated, "another backend than the wallet was registered with");
}

}  // namespace florin::wallet
