// The acquirer's side: a cryptogram goes to the backend's POST /tsp/v1/authorizations with the
// acquirer's token and an Idempotency-Key, and a verdict comes back.
#pragma once

#include <string>
#include <vector>

#include "backend_link.h"
#include "base/random.h"
#include "codec/json_writer.h"
#include "emv/authorization_data.h"
#include "terminal/terminal.h"

namespace florin::apps {

// AuthorizationRequest is what is sent, and enough to send it again. The token is not in it.
//
//   file = JSON {"version":1, "backend":..., "ca":PEM, "acquirerTokenFile":...,
//   "idempotencyKey":...,
//                "emv":hex of emv/authorization_data.h}     mode 0600: it names the card
struct AuthorizationRequest {
  Connection connection;
  std::string idempotencyKey;
  SecretBytes emv;
};

// makeRequest draws a new Idempotency-Key.
AuthorizationRequest makeRequest(const Connection& connection,
                                 const emv::CryptogramRequest& cryptogram, base::Random& random);

Done writeRequest(const std::string& file, const AuthorizationRequest& request);
Outcome<AuthorizationRequest> readRequest(const std::string& file);

struct Verdict {
  bool approved = false;
  std::string reason;
  std::string responseCode;
  std::string authorizationId;
  std::int64_t atc = 0;
  std::string amount;  // "12.50 EUR"
  std::string arpc;    // the issuer's answer to the cryptogram, hex; empty: it did not verify
};

// authorizeOnline: a decline is a verdict, not a failure.
Outcome<Verdict> authorizeOnline(BackendLink& link, const AuthorizationRequest& request,
                                 const SecretBytes& token, Interrupts* interrupts);

// fetchAuthorities gets the keys that terminals prove cards with (GET /tsp/v1/authorities). None
// when the backend cannot be reached now: terminals have those of before, or go on without.
Outcome<std::vector<terminal::AuthorityKey>> fetchAuthorities(BackendLink& link,
                                                              const SecretBytes& token,
                                                              Interrupts* interrupts);

// reverseOnline takes an authorization back, by the key it was asked for with.
Outcome<codec::JsonValue> reverseOnline(BackendLink& link, const std::string& idempotencyKey,
                                        const SecretBytes& token);

codec::JsonObject verdictJson(const Verdict& verdict);

// declined is the failure that a declined payment ends with.
Failure declined(const std::string& reason);

}  // namespace florin::apps
