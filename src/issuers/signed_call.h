// A POST to an issuer's webhook.
#pragma once

#include "base/time.h"
#include "push/http_multi.h"

namespace florin::issuers {

// Where an issuer is asked and told; borrowed for the time of the call.
struct Webhook {
  const std::string& url;
  const std::string& authorities;  // PEM; empty: the machine's
  const SecretBytes& key;
};

// signedCall signs the body as Standard Webhooks 1.0.0 say. `id` is the idempotency key, the same
// for each attempt.
push::HttpCall signedCall(const Webhook& webhook, const std::string& id, SecretBytes body,
                          base::Time now);

}  // namespace florin::issuers
