#include "push/webhook.h"

#include <charconv>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "crypto/hmac.h"

namespace florin::push {
namespace {

using codec::JsonObject;

SecretBytes plain(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

bool isNow(std::string_view timestamp, base::Time now) {
  std::int64_t seconds = 0;
  const auto [end, failed] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (failed != std::errc() || end != timestamp.data() + timestamp.size()) return false;
  const std::int64_t ours = base::toMs(now) / 1000;
  const std::int64_t apart = std::chrono::seconds(base::limits::kWebhookClock).count();
  return seconds >= ours - apart && seconds <= ours + apart;
}

bool isSigned(const SecretBytes& key, const ports::HttpRequest& request) {
  constexpr std::string_view kVersion = "v1,";
  const std::string_view signature = request.header("webhook-signature");
  if (!signature.starts_with(kVersion)) return false;
  const auto tag = codec::fromBase64(signature.substr(kVersion.size()));
  std::string content(request.header("webhook-id"));
  content.append(".").append(request.header("webhook-timestamp")).append(".");
  content += base::asText(request.body);
  return tag.ok() && crypto::verifyHmac(key, base::asBytes(content), *tag);
}

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

Result<std::map<std::string, std::string>> openWebhookPush(const SecretBytes& key, base::Time now,
                                                           const ports::HttpRequest& request) {
  if (!isSigned(key, request)) {
    return Error(Code::kUnauthenticated, "the signature is not of this secret");
  }
  if (!isNow(request.header("webhook-timestamp"), now)) {
    return Error(Code::kUnauthenticated, "the push is of another time, or a clock is wrong");
  }
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
