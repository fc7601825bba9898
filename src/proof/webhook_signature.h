// Signatures of webhooks (Standard Webhooks 1.0.0): HMAC-SHA-256 under a key that both sides have,
// over the message's id, its time and its body.
#pragma once

#include <string>

#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::proof {

// The headers webhook-id, webhook-timestamp and webhook-signature. The id is that of the message,
// not of the attempt: a receiver may drop a second one.
struct WebhookSignature {
  std::string id;
  std::string timestamp;  // seconds since 1970
  std::string signature;  // "v1," and base64
};

// readWebhookSecret reads "whsec_" and base64 of 24 to 64 bytes, a line feed at its end or not.
// kMalformed: another form.
Result<SecretBytes> readWebhookSecret(const SecretBytes& text);

WebhookSignature signWebhook(const SecretBytes& key, std::string id, base::Time now,
                             const SecretBytes& body);

// verifyWebhook: kUnauthenticated: the signature is missing or not of this key, or its time is more
// than limits::kWebhookClock from `now`.
struct WebhookHeaders {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};
Status verifyWebhook(const SecretBytes& key, base::Time now, const WebhookHeaders& headers,
                     ByteView body);

}  // namespace florin::proof
