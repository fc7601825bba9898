// Captures are cards on their way in (wallet-api 3): enveloped for the backend by the wallet or by
// whoever captured them, or handed over by their issuer beforehand, under a name that his
// application gives to the wallet (a push session).
#pragma once

#include <optional>

#include "gateway/gateway.h"
#include "messages/digitize.h"
#include "proof/capture.h"

namespace florin::gateway {

struct Capture {
  proof::CardData card;
  Bytes panIndex;                              // blind index of the PAN
  std::optional<records::PushSession> pushed;  // none: the wallet brought the card itself
};

// A card that an issuer hands over.
struct PushedCard {
  Bytes cardData;              // as of CardReference
  bool approved = false;       // decided: green
  bool termsAccepted = false;  // in his own application
};

struct NewPushSession {
  SecretBytes id;  // 32 characters; whoever has it may have the card in his wallet, once
  base::Time expires;
};

class Captures {
 public:
  explicit Captures(const Gateway& gateway) : gateway_(gateway) {}

  // open: INVALID_CARD_DATA, whatever is wrong with the envelope or in it;
  // INVALID_PUSH_SESSION_ID: there is none of this name, it was used, or it is over.
  Result<Capture> open(const messages::CardReference& reference);

  // push keeps a card for limits::kPushSessionLifetime. INVALID_CARD_DATA; kNotFound: the card is
  // not one of this issuer's ranges; kExhausted: he has limits::kPushSessionsOpen of them.
  Result<NewPushSession> push(const base::TenantId& issuer, const PushedCard& card);

  // take ends the session of a card that is digitized, in the unit of that.
  // INVALID_PUSH_SESSION_ID: another wallet was faster.
  static Status take(ports::Unit& unit, const records::PushSession& session);

 private:
  Result<proof::CardData> openEnvelope(ByteView envelope);
  Result<Capture> openPushed(const SecretBytes& id);
  Result<Capture> captureOf(proof::CardData card);

  Gateway gateway_;
};

}  // namespace florin::gateway
