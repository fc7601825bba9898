#include "push/webhook.h"

#include "base/bytes.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "proof/webhook_signature.h"

namespace florin::push {
namespace {

using codec::JsonObject;

SecretBytes plain(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

}  // namespace

Result<std::map<std::string, std::string>> openWebhookPush(const SecretBytes& key, base::Time now,
                                                           const ports::HttpRequest& request) {
  FLORIN_TRY(
      proof::verifyWebhook(key, now,
                           {request.header("webhook-id"), request.header("webhook-timestamp"),
                            request.header("webhook-signature")},
                           request.body));
  FLORIN_TRY_ASSIGN(const auto body, codec::parseJson(base::asText(request.body)));
  const codec::JsonValue* const data = body.find("data");
  if (data == nullptr || data->object() == nullptr) {
    return Error(Code::kMalformed, "the push has no data");
  }
  std::map<std::string, std::string> bundle;
  for (const codec::JsonMember& member : *data->object()) {
    if (!member.value.isString()) return Error(Code::kMalformed, "a value is not a string");
    bundle.emplace(member.name, member.value.text());
  }
  return bundle;
}

std::optional<HttpCall> Webhook::tokenCall(base::Time /*now*/) { return std::nullopt; }

HttpCall Webhook::sendCall(const ports::PushMessage& message, const SecretBytes& /*access*/,
                           base::Time now) {
  JsonObject body;
  body.addSecret("token", message.token)
      .add("data", pushData(message))
      .add("collapseKey", collapseKey(message))
      .add("ttlSeconds", kPushTtlSeconds);
  // The id is that of the push, not of the attempt: a receiver may drop a second one.
  const std::string id =
      message.deviceId.toString() + "-" + std::to_string(base::toMs(message.written)) +
      (message.about == base::DigitalCardId() ? "" : "-" + message.about.toString());
  HttpCall call;
  call.url = url_;
  call.authorities = &authorities_;
  call.contentType = "application/json";
  call.body = body.secretText();
  const proof::WebhookSignature signature = proof::signWebhook(key_, id, now, call.body);
  call.headers.emplace_back("webhook-id", plain(signature.id));
  call.headers.emplace_back("webhook-timestamp", plain(signature.timestamp));
  call.headers.emplace_back("webhook-signature", plain(signature.signature));
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
