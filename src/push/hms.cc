#include "push/hms.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "codec/json_writer.h"

namespace florin::push {
namespace {

using codec::JsonObject;
using ports::PushOutcome;

// formEncoded writes a secret as a value of application/x-www-form-urlencoded.
SecretBytes formEncoded(const SecretBytes& secret) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  codec::WipedBuffer text(secret.size() * 3);
  for (const std::uint8_t byte : secret.expose()) {
    const char c = static_cast<char>(byte);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      text.append(c);
    } else {
      text.append('%');
      text.append(kDigits[byte >> 4]);
      text.append(kDigits[byte & 0x0F]);
    }
  }
  return SecretBytes::copyOf(text.view());
}

// codeOf gives 0 when the body has no code of digits.
std::int64_t codeOf(const codec::JsonValue& body) {
  const codec::JsonValue* code = body.find("code");
  const std::string_view text = code == nullptr ? std::string_view() : code->text();
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

std::optional<HttpCall> Hms::tokenCall(base::Time /*now*/) {
  HttpCall call;
  call.url = tokenUrl_;
  call.authorities = &authorities_;
  call.contentType = "application/x-www-form-urlencoded";
  call.body =
      joined("grant_type=client_credentials&client_id=" + account_.appId + "&client_secret=",
             formEncoded(account_.clientSecret));
  return call;
}

HttpCall Hms::sendCall(const ports::PushMessage& message, const SecretBytes& access,
                       base::Time /*now*/) {
  const auto token = SecretBytes::copyOf(message.token.expose().subspan(kHmsPrefix.size()));
  JsonObject android;
  android.add("urgency", "HIGH").add("ttl", ttlText()).add("collapse_key", -1);
  codec::JsonValue::Array tokens;
  tokens.emplace_back(token.clone());
  JsonObject inner;
  inner.add("data", pushData(message).text())
      .add("android", android)
      .add("token", codec::JsonValue(std::move(tokens)));
  HttpCall call;
  call.url = sendUrl_;
  call.authorities = &authorities_;
  call.contentType = "application/json";
  call.headers.emplace_back("Authorization", bearer(access));
  call.body = JsonObject().add("validate_only", false).add("message", inner).secretText();
  return call;
}

Judgement Hms::judge(const HttpAnswer& answer) {
  Judgement judgement = judgeByStatus(answer);
  const std::int64_t code = codeOf(parseAnswer(answer));
  if (code == 0) return judgement;
  judgement.status = code;
  if (answer.status >= 500) return judgement;  // whatever it says: out of order
  judgement.refresh = false;
  switch (code) {
    case 80'000'000: judgement.outcome = PushOutcome::kDelivered; break;
    case 80'300'007:  // no token of the list is good
    case 80'100'000:  // some are not: our lists have one
      judgement.outcome = PushOutcome::kTokenDead;
      break;
    case 80'200'001:
    case 80'200'003:
      judgement.outcome = PushOutcome::kRetry;
      judgement.refresh = true;
      break;
    case 80'600'003:
    case 81'000'001: judgement.outcome = PushOutcome::kRetry; break;
    default:
      if (code == 80'300'008 || code / 100 == 801'000) judgement.outcome = PushOutcome::kFatal;
  }
  return judgement;
}

}  // namespace florin::push
