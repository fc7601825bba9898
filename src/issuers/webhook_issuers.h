// WebhookIssuers asks issuers by webhook (docs/issuer-api.md), or decides for those who have said
// beforehand what they want.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "base/time.h"
#include "florin/log.h"
#include "notify/breaker.h"
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
  // What stands for an answer that does not come; one that is not understood never decides.
  std::optional<ports::IssuerDecision> ifSilent;  // kGreen or kRed; none: kUnavailable
  bool askEligibility = false;                    // before the terms are shown, too
};

// Thread-safe. An issuer without a link approves everything.
class WebhookIssuers : public ports::Issuers {
 public:
  // `clock` and `log` are borrowed. `atOnce` threads at most wait for issuers, and where there are
  // several, half of them for one: a slow one must not keep all others from being served. Whoever
  // finds no place gets kUnavailable at once.
  WebhookIssuers(std::vector<IssuerLink> links, std::size_t atOnce, base::Clock& clock, Log& log);

  Result<bool> isEligible(const ports::DecisionQuestion& question) override;
  Result<ports::DecisionAnswer> decide(const ports::DecisionQuestion& question) override;
  Status sendOtp(const ports::OtpOrder& order) override;

 private:
  [[nodiscard]] const IssuerLink* linkOf(const base::TenantId& issuer) const;

  using Places = std::counting_semaphore<>;

  // Waiting is the place of one who waits for an issuer: among all who wait, and among its own.
  class Waiting {
   public:
    Waiting(Places& all, Places& own)
        : all_(all), own_(own), isIn_(all.try_acquire()), has_(isIn_ && own.try_acquire()) {}
    ~Waiting() {
      if (has_) own_.release();
      if (isIn_) all_.release();
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    [[nodiscard]] bool has() const { return has_; }

   private:
    Places& all_;
    Places& own_;
    const bool isIn_;
    const bool has_;
  };
  [[nodiscard]] Places& placesOf(const IssuerLink& link) const;

  // post gives the body of a 2xx. kUnavailable: silence, or a 5xx, in two attempts, each of half
  // the deadline; or there were limits::kIssuerBreaker of those in a row, and the issuer is left
  // alone for limits::kIssuerBreakerOpen, when one goes ahead to try. kRefused: another status.
  Result<SecretBytes> post(const IssuerLink& link, const std::string& id, const SecretBytes& body);
  Result<SecretBytes> postOnce(const IssuerLink& link, const std::string& id,
                               const SecretBytes& body);

  bool mayAsk(const IssuerLink& link);
  void heard(const IssuerLink& link, bool answered);
  notify::Breaker& breakerOf(const IssuerLink& link);  // under the mutex

  std::unique_ptr<push::HttpMulti> takeClient(base::Duration deadline);
  void giveBack(std::unique_ptr<push::HttpMulti> client);

  const std::vector<IssuerLink> links_;
  Places places_;
  std::map<base::TenantId, std::unique_ptr<Places>> placesOf_;
  base::Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::map<base::TenantId, notify::Breaker> breakers_;
  std::vector<std::unique_ptr<push::HttpMulti>> idle_;  // with their connections
};

}  // namespace florin::issuers
