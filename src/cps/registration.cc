#include "cps/registration.h"

#include "base/limits.h"
#include "messages/status.h"
#include "protocol/key_check.h"

namespace florin::cps {

Result<Registration> Registration::make(Backend& backend) {
  FLORIN_TRY_ASSIGN(Bytes signature,
                    backend.custody.sign(messages::captureKeyText(backend.custody.captureKey())));
  return Registration(backend, std::move(signature));
}

Result<messages::WseReply> Registration::registerWallet(const messages::WseRequest& request) {
  const base::Time now = backend_->clock.now();
  FLORIN_TRY(backend_->store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto known, unit.wallets().find(backend_->tenant, request.walletId));
    if (known) {
      if (known->publicKey == request.walletPublicKey) return {};
      return messages::refusal(messages::CpsStatus::kWalletEnrolled,
                               "wallet id is registered with another key");
    }
    return unit.wallets().insert({.tenant = backend_->tenant,
                                  .walletId = request.walletId,
                                  .publicKey = request.walletPublicKey,
                                  .applicationId = request.walletApplicationId,
                                  .triesLeft = base::limits::kCodeTries,
                                  .created = now});
  }));
  const ports::BackendPublicKey identity = backend_->custody.identityKey();
  messages::WseReply reply;
  reply.backendId = backend_->backendId;
  reply.identityKeyId = identity.id;
  reply.identityKey = identity.point;
  reply.captureKey = backend_->custody.captureKey();
  reply.captureKeySignature = captureKeySignature_;
  reply.serverTime = now;
  reply.keyCheckValue = protocol::keyCheckValue(request, reply);
  backend_->log.info("wallet.registered", {{"walletId", request.walletId},
                                           {"keyCheckValue", PublicText{reply.keyCheckValue}}});
  return reply;
}

}  // namespace florin::cps
