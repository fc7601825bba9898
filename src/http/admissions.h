// Internal to this room: from a request's credentials to the answer that it may have.
#pragma once

#include <optional>

#include "base/metrics.h"
#include "http/client_limits.h"
#include "http/lockouts.h"
#include "ports/http.h"

namespace florin::http {

// Admissions holds what is remembered of clients. Thread-safe.
class Admissions {
 public:
  // `metrics` must outlive it.
  Admissions(ClientPolicy policy, base::Metrics& metrics);

 private:
  friend class Admission;
  const ClientPolicy policy_;
  base::Metrics& metrics_;
  ClientLimits tokens_;
  ClientLimits wallets_;
  Lockouts lockouts_;
};

// Admission is that of one request, on one thread. It borrows both.
class Admission : public ports::ClientGate {
 public:
  Admission(Admissions& shared, const ports::HttpRequest& request);

  // wait gives what the client is told with 429; none: it may have its answer. A request without
  // credentials guesses nothing and waits for nobody.
  [[nodiscard]] std::optional<std::chrono::seconds> wait() const { return wait_; }

  Status proved(const ports::ProvenClient& client) override;
  void failed() override;

 private:
  void mustWait(std::chrono::nanoseconds time);
  [[nodiscard]] bool showsCertificate(const std::string& issuer) const;

  Admissions& shared_;
  const ports::HttpRequest& request_;
  const std::string token_;   // as it is claimed: its hash; empty: none
  const std::string wallet_;  // as it is claimed: its id; empty: none
  std::optional<std::chrono::seconds> wait_;
};

}  // namespace florin::http
