#include "push_setup.h"

#include "named_files.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "posix/file.h"
#include "proof/webhook_signature.h"
#include "push/fcm.h"
#include "push/hms.h"
#include "push/http_push_sender.h"
#include "push/webhook.h"

namespace florin::apps {
namespace {

Outcome<std::unique_ptr<push::Provider>> makeFcm(const config::FcmConfig& config) {
  FLORIN_TRY_ASSIGN(const SecretBytes json, readSecret(config.serviceAccount));
  auto account = push::readServiceAccount(json);
  if (!account.ok()) {
    return wrong(config.serviceAccount,
                 "is not the JSON key file of a service account: " + describe(account.error()));
  }
  FLORIN_TRY_ASSIGN(std::string authorities, readAuthorities(config.authorities));
  return std::unique_ptr<push::Provider>(
      new push::Fcm(std::move(*account), config.baseUrl, std::move(authorities)));
}

Outcome<std::unique_ptr<push::Provider>> makeHms(const config::HmsConfig& config) {
  FLORIN_TRY_ASSIGN(SecretBytes text, readSecret(config.clientSecret));
  auto secret = push::withoutLineFeed(text);
  if (!push::isVisibleAscii(secret)) {
    return wrong(config.clientSecret, "must hold the client secret and nothing else");
  }
  FLORIN_TRY_ASSIGN(std::string authorities, readAuthorities(config.authorities));
  return std::unique_ptr<push::Provider>(new push::Hms(
      {config.appId, std::move(secret)}, config.oauthUrl, config.baseUrl, std::move(authorities)));
}

Outcome<std::unique_ptr<push::Provider>> makeWebhook(const config::WebhookConfig& config) {
  FLORIN_TRY_ASSIGN(SecretBytes key, readWebhookKey(config.secret));
  FLORIN_TRY_ASSIGN(std::string authorities, readAuthorities(config.authorities));
  return std::unique_ptr<push::Provider>(
      new push::Webhook(config.url, std::move(key), std::move(authorities)));
}

}  // namespace

Outcome<std::unique_ptr<ports::PushSender>> makePushSender(const config::PushConfig& config,
                                                           base::Clock& clock) {
  if (!config.fcm && !config.hms && !config.webhook) return std::unique_ptr<ports::PushSender>();
  push::Providers providers;
  if (config.webhookIsDefault) providers.unprefixed = ports::PushProvider::kWebhook;
  if (config.fcm) {
    FLORIN_TRY_ASSIGN(providers.fcm, makeFcm(*config.fcm));
  }
  if (config.hms) {
    FLORIN_TRY_ASSIGN(providers.hms, makeHms(*config.hms));
  }
  if (config.webhook) {
    FLORIN_TRY_ASSIGN(providers.webhook, makeWebhook(*config.webhook));
  }
  auto sender = push::HttpPushSender::make(std::move(providers), clock);
  if (!sender.ok()) return Failure{Exit::kInternal, describe(sender.error())};
  return std::unique_ptr<ports::PushSender>(std::move(*sender));
}

}  // namespace florin::apps
