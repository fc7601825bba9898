#include "cps/access_tokens.h"

#include "base/bytes.h"
#include "cps/card_life_cycle.h"
#include "proof/access_token.h"

namespace florin::cps {

Result<messages::AccessTokenReply> issueAccessToken(Backend& backend, const base::WalletId& wallet,
                                                    const base::DigitalCardId& id) {
  FLORIN_TRY(backend.store.read(
      [&](ports::Unit& unit) { return findCard(unit, backend, Asker::wallet(wallet), id); }));
  proof::AccessClaims claims;
  claims.backendId = backend.backendId;
  claims.digitalCardId = id;
  claims.walletId = wallet;
  claims.issued = backend.clock.now();
  claims.expires = claims.issued + base::limits::kAccessTokenLifetime;
  const std::string part = proof::signedPart(claims);
  FLORIN_TRY_ASSIGN(const Bytes signature, backend.custody.sign(base::asBytes(part)));
  messages::AccessTokenReply reply;
  reply.accessToken = SecretBytes::copyOf(base::asBytes(proof::accessToken(part, signature)));
  reply.expires = claims.expires;
  return reply;
}

}  // namespace florin::cps
