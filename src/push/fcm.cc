#include "push/fcm.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/base64url.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

namespace florin::push {
namespace {

using codec::JsonObject;
using ports::PushOutcome;

constexpr std::string_view kScope = "https://www.googleapis.com/auth/firebase.messaging";
constexpr auto kAssertionLifetime = std::chrono::hours(1);
constexpr base::Duration kQuotaPause = std::chrono::minutes(1);

std::string encoded(const JsonObject& object) {
  return codec::toBase64Url(base::asBytes(object.text()));
}

// isPathPart: an id that stands in a URL's path as it is.
bool isPathPart(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

// errorCodeOf prefers FCM's own code among the details to the general status.
std::string_view errorCodeOf(const codec::JsonValue& answer) {
  const codec::JsonValue* error = answer.find("error");
  if (error == nullptr) return {};
  const codec::JsonValue* details = error->find("details");
  if (details != nullptr && details->array() != nullptr) {
    for (const codec::JsonValue& detail : *details->array()) {
      const codec::JsonValue* type = detail.find("@type");
      const codec::JsonValue* code = detail.find("errorCode");
      if (type != nullptr && type->text().ends_with("FcmError") && code != nullptr) {
        return code->text();
      }
    }
  }
  const codec::JsonValue* status = error->find("status");
  return status == nullptr ? std::string_view() : status->text();
}

}  // namespace

Result<ServiceAccount> readServiceAccount(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(json.expose())));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(std::string project, reader.string("project_id", 1, 128));
  FLORIN_TRY_ASSIGN(std::string email, reader.string("client_email", 1, 320));
  FLORIN_TRY_ASSIGN(std::string tokenUrl, reader.string("token_uri", 1, 1024));
  FLORIN_TRY_ASSIGN(auto keyId, reader.optionalString("private_key_id", 1, 128));
  FLORIN_TRY_ASSIGN(const SecretBytes pem, reader.secret("private_key", 1, 8192));
  FLORIN_TRY_ASSIGN(crypto::RsaKey key, crypto::RsaKey::fromPrivatePem(pem));
  if (!isPathPart(project)) return Error(Code::kMalformed, "project_id is none of Google's");
  if (!tokenUrl.starts_with("https://")) {
    return Error(Code::kMalformed, "token_uri does not begin with https://");
  }
  return ServiceAccount{std::move(project), std::move(email), std::move(tokenUrl),
                        std::move(keyId).value_or(""), std::move(key)};
}

std::optional<HttpCall> Fcm::tokenCall(base::Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  JsonObject header;
  header.add("alg", "RS256").add("typ", "JWT");
  if (!account_.keyId.empty()) header.add("kid", account_.keyId);
  JsonObject claims;
  claims.add("iss", account_.clientEmail)
      .add("scope", kScope)
      .add("aud", account_.tokenUrl)
      .add("iat", seconds.count())
      .add("exp", (seconds + kAssertionLifetime).count());
  std::string assertion = encoded(header) + "." + encoded(claims);
  assertion += "." + codec::toBase64Url(account_.key.signSha256(base::asBytes(assertion)));
  HttpCall call;
  call.url = account_.tokenUrl;
  call.authorities = &authorities_;
  call.contentType = "application/x-www-form-urlencoded";
  call.body = joined("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=",
                     SecretBytes::copyOf(base::asBytes(assertion)));
  return call;
}

HttpCall Fcm::sendCall(const ports::PushMessage& message, const SecretBytes& access,
                       base::Time /*now*/) {
  JsonObject android;
  android.add("priority", "HIGH").add("ttl", ttlText()).add("collapse_key", collapseKey(message));
  JsonObject inner;
  inner.addSecret("token", message.token).add("data", pushData(message)).add("android", android);
  HttpCall call;
  call.url = sendUrl_;
  call.authorities = &authorities_;
  call.contentType = "application/json";
  call.headers.emplace_back("Authorization", bearer(access));
  call.body = JsonObject().add("message", inner).secretText();
  return call;
}

Judgement Fcm::judge(const HttpAnswer& answer) {
  Judgement judgement = judgeByStatus(answer);
  const codec::JsonValue body = parseAnswer(answer);
  if (answer.status == 200) {
    const codec::JsonValue* name = body.find("name");
    if (name != nullptr && name->isString()) judgement.outcome = PushOutcome::kDelivered;
    return judgement;
  }
  const std::string_view code = errorCodeOf(body);
  if ((code == "UNREGISTERED" && answer.status == 404) ||
      (code == "SENDER_ID_MISMATCH" && answer.status == 403)) {
    judgement.outcome = PushOutcome::kTokenDead;
  } else if (code == "THIRD_PARTY_AUTH_ERROR") {  // of another platform: no token of ours mends it
    judgement.outcome = PushOutcome::kFatal;
    judgement.refresh = false;
  } else if (answer.status == 429) {
    judgement.retryAfter = std::max(judgement.retryAfter.value_or(kQuotaPause), kQuotaPause);
  }
  return judgement;
}

}  // namespace florin::push
