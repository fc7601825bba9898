// Provider is what one push service's documentation says (docs/push.md): how its access token is
// asked for, how a push is written, and what an answer means. No I/O.
#pragma once

#include "base/limits.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "ports/push_sender.h"
#include "push/http_multi.h"

namespace florin::push {

// Judgement of one answer. `refresh`: the access token is no longer good; with a new one the same
// push may pass, and `outcome` stands when that has been tried already.
struct Judgement {
  ports::PushOutcome outcome = ports::PushOutcome::kRetry;
  std::optional<base::Duration> retryAfter;
  std::int64_t status = 0;
  bool refresh = false;
};

class Provider {
 public:
  virtual ~Provider() = default;

  // tokenCall asks for an access token; nullopt: this provider has none.
  virtual std::optional<HttpCall> tokenCall(base::Time now) = 0;

  // sendCall: the message's token is visible ASCII; `access` is what the provider gave, or empty.
  virtual HttpCall sendCall(const ports::PushMessage& message, const SecretBytes& access,
                            base::Time now) = 0;

  // judge is for whole answers.
  virtual Judgement judge(const HttpAnswer& answer) = 0;
};

// judgeByStatus is for answers that say nothing of their own: 5xx, 408, 429 and what is no answer
// to a POST are kRetry, other 4xx kFatal. 401 asks for a new access token.
Judgement judgeByStatus(const HttpAnswer& answer);

// parseAnswer reads a provider's JSON; anything else reads as null.
codec::JsonValue parseAnswer(const HttpAnswer& answer);

// AccessToken of OAuth 2.0 (RFC 6749, 5.1), as both FCM and HMS answer.
struct AccessToken {
  SecretBytes token;  // visible ASCII
  base::Duration lifetime{};
};

// decodeAccessToken: kMalformed when it is none of that form.
Result<AccessToken> decodeAccessToken(ByteView json);

// isVisibleAscii: no control character, no space: it can stand in a header and in JSON as it is.
bool isVisibleAscii(const SecretBytes& text);

// withoutLineFeed takes the last line feed of a file away, if there is one.
SecretBytes withoutLineFeed(const SecretBytes& text);

// joined makes one secret of two parts; bearer is the value of an Authorization header.
SecretBytes joined(std::string_view before, const SecretBytes& secret);
inline SecretBytes bearer(const SecretBytes& access) { return joined("Bearer ", access); }

// pushData is what a push says (wallet-api, "Push"), collapseKey which others it takes the place
// of, and kPushTtlSeconds for how long the provider keeps it for a device that is off.
codec::JsonObject pushData(const ports::PushMessage& message);
std::string collapseKey(const ports::PushMessage& message);  // at most 36 characters
inline constexpr std::int64_t kPushTtlSeconds =
    std::chrono::seconds(base::limits::kPushLifetime).count();
std::string ttlText();  // "86400s"

}  // namespace florin::push
