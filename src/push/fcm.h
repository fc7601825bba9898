// Fcm speaks FCM HTTP v1: an access token for a service account by a signed JWT (RFC 7523), and one
// message per request.
#pragma once

#include "crypto/rsa.h"
#include "push/provider.h"

namespace florin::push {

// ServiceAccount is what Google's JSON key file says.
struct ServiceAccount {
  std::string projectId;
  std::string clientEmail;
  std::string tokenUrl;
  std::string keyId;  // empty: none
  crypto::RsaKey key;
};

// readServiceAccount: kMalformed when it is not the JSON key file of a service account.
Result<ServiceAccount> readServiceAccount(const SecretBytes& json);

class Fcm : public Provider {
 public:
  // `baseUrl` has no '/' at its end; `authorities` as in HttpCall.
  Fcm(ServiceAccount account, std::string baseUrl, std::string authorities)
      : account_(std::move(account)),
        sendUrl_(std::move(baseUrl) + "/v1/projects/" + account_.projectId + "/messages:send"),
        authorities_(std::move(authorities)) {}

  std::optional<HttpCall> tokenCall(base::Time now) override;
  HttpCall sendCall(const ports::PushMessage& message, const SecretBytes& access,
                    base::Time now) override;
  Judgement judge(const HttpAnswer& answer) override;

 private:
  ServiceAccount account_;
  std::string sendUrl_;
  std::string authorities_;
};

}  // namespace florin::push
