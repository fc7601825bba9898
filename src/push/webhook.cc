#include "push/webhook.h"

#include "base/bytes.h"
#include "codec/base64url.h"
#include "codec/json_writer.h"
#include "crypto/hmac.h"

namespace florin::push {
namespace {

using codec::JsonObject;

SecretBytes plain(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

}  // namespace

Result<SecretBytes> readWebhookSecret(const SecretBytes& text) {
  constexpr std::string_view kPrefix = "whsec_";
  const SecretBytes line = withoutLineFeed(text);
  const std::string_view view = base::asText(line.expose());
  if (!view.starts_with(kPrefix)) return Error(Code::kMalformed, "it does not begin with whsec_");
  FLORIN_TRY_ASSIGN(Bytes key, codec::fromBase64(view.substr(kPrefix.size())));
  SecretBytes secret = SecretBytes::take(std::move(key));
  if (secret.size() < 24 || secret.size() > 64) {
    return Error(Code::kMalformed, "its key has not 24 to 64 bytes");
  }
  return secret;
}

std::optional<HttpCall> Webhook::tokenCall(base::Time /*now*/) { return std::nullopt; }

HttpCall Webhook::sendCall(const ports::PushMessage& message, const SecretBytes& /*access*/,
                           base::Time now) {
  JsonObject data;
  data.add("sender", "CPS");
  JsonObject body;
  body.addSecret("token", message.token)
      .add("data", data)
      .add("collapseKey", "cps")
      .add("ttlSeconds", kPushTtlSeconds);
  // The id is that of the push, not of the attempt: a receiver may drop a second one.
  const std::string id =
      message.deviceId.toString() + "-" + std::to_string(base::toMs(message.written));
  const std::string timestamp =
      std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  HttpCall call;
  call.url = url_;
  call.authorities = &authorities_;
  call.contentType = "application/json";
  call.body = body.secretText();
  const SecretBytes content = joined(id + "." + timestamp + ".", call.body);
  call.headers.emplace_back("webhook-id", plain(id));
  call.headers.emplace_back("webhook-timestamp", plain(timestamp));
  call.headers.emplace_back(
      "webhook-signature",
      plain("v1," + codec::toBase64(crypto::hmacSha256(key_, content.expose()))));
  return call;
}

Judgement Webhook::judge(const HttpAnswer& answer) {
  Judgement judgement = judgeByStatus(answer);
  if (answer.status >= 200 && answer.status < 300) {
    judgement.outcome = ports::PushOutcome::kDelivered;
  } else if (answer.status == 410) {
    judgement.outcome = ports::PushOutcome::kTokenDead;
  } else if (answer.status == 401) {  // it does not take our signature
    judgement.outcome = ports::PushOutcome::kFatal;
    judgement.refresh = false;
  }
  return judgement;
}

}  // namespace florin::push
