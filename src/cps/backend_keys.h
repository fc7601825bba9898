// The backend's public keys as devices get them: signed by the identity key that wallets pinned at
// WSE (docs/protocol.md 4.1).
#pragma once

#include "messages/enrollment.h"
#include "ports/key_custody.h"

namespace florin::cps {

// signBackendKey costs one signature of custody; callers keep what it gives.
inline Result<messages::SignedBackendKey> signBackendKey(ports::KeyCustody& custody,
                                                         messages::BackendKeyUse use,
                                                         const ports::BackendPublicKey& key) {
  FLORIN_TRY_ASSIGN(Bytes signature, custody.sign(messages::signedKeyText(use, key.id, key.point)));
  return messages::SignedBackendKey{key.id, key.point, std::move(signature)};
}

}  // namespace florin::cps
