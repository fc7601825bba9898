// Registration: wallet secure enrollment (WSE) at the backend. A wallet instance registers its
// signing key once and gets the public keys to pin.
#pragma once

#include "cps/backend.h"
#include "messages/gateway.h"

namespace florin::cps {

class Registration {
 public:
  // make signs the capture key once, so that a registration costs no signature.
  static Result<Registration> make(Backend& backend);

  // registerWallet is idempotent for the same key; kWalletEnrolled when the id has another key.
  Result<messages::WseReply> registerWallet(const messages::WseRequest& request);

 private:
  Registration(Backend& backend, Bytes captureKeySignature)
      : backend_(&backend), captureKeySignature_(std::move(captureKeySignature)) {}

  Backend* backend_;
  Bytes captureKeySignature_;
};

}  // namespace florin::cps
