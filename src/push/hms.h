// Hms speaks HMS Push Kit: an access token by client credentials, and one message per request. The
// verdict is a code in the body, also under HTTP 200.
#pragma once

#include "push/provider.h"

namespace florin::push {

struct HmsAccount {
  std::string appId;         // also the OAuth client
  SecretBytes clientSecret;  // visible ASCII
};

class Hms : public Provider {
 public:
  // The URLs have no '/' at their end; `authorities` as in HttpCall.
  Hms(HmsAccount account, const std::string& oauthUrl, const std::string& baseUrl,
      std::string authorities)
      : account_(std::move(account)),
        tokenUrl_(oauthUrl + "/oauth2/v3/token"),
        sendUrl_(baseUrl + "/v1/" + account_.appId + "/messages:send"),
        authorities_(std::move(authorities)) {}

  std::optional<HttpCall> tokenCall(base::Time now) override;
  HttpCall sendCall(const ports::PushMessage& message, const SecretBytes& access,
                    base::Time now) override;
  Judgement judge(const HttpAnswer& answer) override;

 private:
  HmsAccount account_;
  std::string tokenUrl_;
  std::string sendUrl_;
  std::string authorities_;
};

// kHmsPrefix stands before the tokens of HMS, as the application gives them.
inline constexpr std::string_view kHmsPrefix = "HMS:";

}  // namespace florin::push
