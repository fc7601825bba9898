// Webhook hands pushes to a program's own push server: JSON, signed as Standard Webhooks 1.0.0
// says (webhook-id, webhook-timestamp, webhook-signature).
#pragma once

#include <map>

#include "ports/http.h"
#include "push/provider.h"

namespace florin::push {

// openWebhookPush gives the data of a push that Webhook sent, to who has its key. kUnauthenticated:
// the signature is missing or not of this key, or its timestamp is more than 5 minutes from `now`;
// kMalformed: the body has not its form.
Result<std::map<std::string, std::string>> openWebhookPush(const SecretBytes& key, base::Time now,
                                                           const ports::HttpRequest& request);

class Webhook : public Provider {
 public:
  // `authorities` as in HttpCall.
  Webhook(std::string url, SecretBytes key, std::string authorities)
      : url_(std::move(url)), key_(std::move(key)), authorities_(std::move(authorities)) {}

  std::optional<HttpCall> tokenCall(base::Time now) override;
  HttpCall sendCall(const ports::PushMessage& message, const SecretBytes& access,
                    base::Time now) override;
  Judgement judge(const HttpAnswer& answer) override;

 private:
  std::string url_;
  SecretBytes key_;
  std::string authorities_;
};

}  // namespace florin::push
