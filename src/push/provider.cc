#include "push/provider.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::push {

namespace limits = base::limits;

Judgement judgeByStatus(const HttpAnswer& answer) {
  Judgement judgement;
  judgement.status = answer.status;
  judgement.retryAfter = answer.retryAfter;
  judgement.refresh = answer.status == 401;
  const bool refused = answer.status >= 400 && answer.status < 500 && answer.status != 401 &&
                       answer.status != 408 && answer.status != 429;
  judgement.outcome = refused ? ports::PushOutcome::kFatal : ports::PushOutcome::kRetry;
  return judgement;
}

codec::JsonValue parseAnswer(const HttpAnswer& answer) {
  auto parsed = codec::parseJson(base::asText(answer.body.expose()), limits::kPushAnswer);
  return parsed.ok() ? std::move(*parsed) : codec::JsonValue();
}

Result<AccessToken> decodeAccessToken(ByteView json) {
  constexpr std::int64_t kLongest = 7 * 24 * 3600;
  FLORIN_TRY_ASSIGN(const codec::JsonValue answer,
                    codec::parseJson(base::asText(json), limits::kPushAnswer));
  const codec::JsonValue* token = answer.find("access_token");
  const codec::JsonValue* expires = answer.find("expires_in");
  if (token == nullptr || !token->isString() || expires == nullptr || !expires->integer()) {
    return Error(Code::kMalformed, "no access token in the answer");
  }
  const std::int64_t seconds = *expires->integer();
  if (token->secret()->size() > limits::kPushAccessToken || !isVisibleAscii(*token->secret()) ||
      seconds <= 0) {
    return Error(Code::kMalformed, "the access token is not usable");
  }
  return AccessToken{token->secret()->clone(), std::chrono::seconds(std::min(seconds, kLongest))};
}

bool isVisibleAscii(const SecretBytes& text) {
  return !text.empty() && std::ranges::all_of(text.expose(), [](std::uint8_t byte) {
    return byte > 0x20 && byte < 0x7F;
  });
}

SecretBytes withoutLineFeed(const SecretBytes& text) {
  ByteView view = text.expose();
  if (!view.empty() && view.back() == '\n') view = view.first(view.size() - 1);
  return SecretBytes::copyOf(view);
}

SecretBytes joined(std::string_view before, const SecretBytes& secret) {
  return SecretBytes::take(base::concat(base::asBytes(before), secret.expose()));
}

codec::JsonObject pushData(const ports::PushMessage& message) {
  codec::JsonObject data;
  if (message.about == base::DigitalCardId()) {
    data.add("sender", "CPS");
  } else {
    data.add("sender", "TNS")
        .add("action", "TNS:PaymentTransactionNotification")
        .add("digitalCardID", message.about);
  }
  return data;
}

std::string collapseKey(const ports::PushMessage& message) {
  return message.about == base::DigitalCardId() ? "cps" : "tns-" + message.about.toString();
}

std::string ttlText() { return std::to_string(kPushTtlSeconds) + "s"; }

}  // namespace florin::push
