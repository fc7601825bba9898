// WebhookIssuers asks issuers by webhook (docs/issuer-api.md), or decides for those who have said
// beforehand what they want.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "florin/log.h"
#include "ports/issuers.h"
#include "push/http_multi.h"

namespace florin::issuers {

// IssuerLink says how one issuer decides: beforehand, or by webhook.
struct IssuerLink {
  base::TenantId issuer;
  std::optional<ports::IssuerDecision> always;  // kYellow: he activates by his own API, without OTP
  std::string url;                              // of the webhook, "https://..."; empty: none
  SecretBytes key;
  std::string authorities;  // PEM; empty: the machine's
  base::Duration deadline = std::chrono::seconds(5);
  std::optional<ports::IssuerDecision> ifSilent;  // kGreen or kRed; none: kUnavailable
};

// Thread-safe. An issuer without a link approves everything.
class WebhookIssuers : public ports::Issuers {
 public:
  // `clock` and `log` are borrowed.
  WebhookIssuers(std::vector<IssuerLink> links, base::Clock& clock, Log& log)
      : links_(std::move(links)), clock_(clock), log_(log) {}

  Result<ports::DecisionAnswer> decide(const ports::DecisionQuestion& question) override;
  Status sendOtp(const ports::OtpOrder& order) override;

 private:
  [[nodiscard]] const IssuerLink* linkOf(const base::TenantId& issuer) const;

  // post gives the body of a 2xx. kUnavailable: there was none in two attempts, each of half the
  // deadline.
  Result<SecretBytes> post(const IssuerLink& link, const std::string& id, const SecretBytes& body);
  Result<SecretBytes> postOnce(const IssuerLink& link, const std::string& id,
                               const SecretBytes& body);

  std::unique_ptr<push::HttpMulti> takeClient(base::Duration deadline);
  void giveBack(std::unique_ptr<push::HttpMulti> client);

  const std::vector<IssuerLink> links_;
  base::Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<push::HttpMulti>> idle_;  // with their connections
};

}  // namespace florin::issuers
