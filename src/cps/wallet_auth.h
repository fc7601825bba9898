// WalletAuth: requests signed by the wallet key (RFC 9421). An unsigned request, a wrong signature
// and an unknown wallet get one and the same refusal at the same cost, so that nobody learns which
// wallets exist (D5). The request's gate counts what comes of it.
#pragma once

#include "cps/backend.h"
#include "cps/nonce_cache.h"
#include "ports/http.h"
#include "proof/http_signature.h"

namespace florin::cps {

class WalletAuth {
 public:
  explicit WalletAuth(Backend& backend);

  // authenticate gives the wallet that signed `request`. Refusals: kWalletUnknown for everything
  // that does not verify, kClockSkew when the signature verifies but is not fresh: its time is
  // outside of the window, or its nonce came before. kUnavailable: the wallet asks too often.
  Result<records::Wallet> authenticate(const ports::HttpRequest& request);

  // authenticateBy is WSE's: the key is the one that the request brings.
  Status authenticateBy(const ports::HttpRequest& request, const base::WalletId& walletId,
                        ByteView publicKey);

 private:
  Result<records::Wallet> find(const ports::HttpRequest& request);
  Status verifyBy(const ports::HttpRequest& request, const base::WalletId& walletId,
                  ByteView publicKey);
  Status verify(const proof::SignatureFacts& facts, ByteView publicKey);

  Backend& backend_;
  NonceCache nonces_;
  Bytes
      nobodysKey_;  // verified against when the wallet is unknown: the same work as for a known one
};

}  // namespace florin::cps
