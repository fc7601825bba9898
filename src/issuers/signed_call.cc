#include "issuers/signed_call.h"

#include "base/bytes.h"
#include "proof/webhook_signature.h"

namespace florin::issuers {
namespace {

SecretBytes plain(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

}  // namespace

push::HttpCall signedCall(const Webhook& webhook, const std::string& id, SecretBytes body,
                          base::Time now) {
  push::HttpCall call;
  call.url = webhook.url;
  call.authorities = &webhook.authorities;
  call.contentType = "application/json";
  call.body = std::move(body);
  const proof::WebhookSignature signature = proof::signWebhook(webhook.key, id, now, call.body);
  call.headers.emplace_back("webhook-id", plain(signature.id));
  call.headers.emplace_back("webhook-timestamp", plain(signature.timestamp));
  call.headers.emplace_back("webhook-signature", plain(signature.signature));
  return call;
}

}  // namespace florin::issuers
