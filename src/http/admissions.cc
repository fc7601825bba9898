#include "http/admissions.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace florin::http {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

// tokenOf and walletOf name what a request claims to come from. It is compared with what was
// claimed before and with nothing else, so that it need not be understood.
std::string tokenOf(const ports::HttpRequest& request) {
  const std::string_view token = request.header("authorization");
  return token.empty() ? std::string() : base::toHex(crypto::sha256(base::asBytes(token)));
}

std::string walletOf(const ports::HttpRequest& request) {
  constexpr std::string_view kKey = "keyid=\"";
  const std::string_view input = request.header("signature-input");
  const std::size_t at = input.find(kKey);
  if (at == std::string_view::npos) return std::string(input.substr(0, 1));
  const std::string_view id = input.substr(at + kKey.size());
  return std::string(id.substr(0, std::min<std::size_t>(id.find('"'), base::WalletId::kSize * 2)));
}

}  // namespace

Admissions::Admissions(ClientPolicy policy, base::Metrics& metrics)
    : policy_(std::move(policy)),
      metrics_(metrics),
      tokens_(policy_.requestsPerSecondPerToken, seconds(1)),
      wallets_(policy_.requestsPerMinutePerWallet, std::chrono::minutes(1)),
      lockouts_(policy_.lockout) {}

// Each claim that a request makes has to have been right before, not one of them: or a right one
// would carry guesses of the other kind along.
Admission::Admission(Admissions& shared, const ports::HttpRequest& request)
    : shared_(shared), request_(request), token_(tokenOf(request)), wallet_(walletOf(request)) {
  nanoseconds time(0);
  for (const std::string* claim : {&token_, &wallet_}) {
    if (claim->empty()) continue;
    time = std::max(time, shared_.lockouts_.wait(request.peer, *claim, SteadyClock::now()));
  }
  if (time == nanoseconds(0)) return;
  mustWait(time);
  shared_.metrics_.count("http_throttled", "lockout");
}

void Admission::mustWait(nanoseconds time) { wait_ = std::chrono::ceil<seconds>(time); }

bool Admission::showsCertificate(const std::string& issuer) const {
  const auto required = shared_.policy_.certificates.find(issuer);
  return required == shared_.policy_.certificates.end() ||
         std::ranges::find(required->second, request_.clientCertificate) != required->second.end();
}

Status Admission::proved(const ports::ProvenClient& client) {
  if (!showsCertificate(client.issuer)) {
    shared_.metrics_.count("http_credentials_refused", "certificate");
    return Error(Code::kUnauthenticated,
                 "the issuer's token came without the issuer's certificate");
  }
  const bool token = client.kind == ports::ProvenClient::Kind::kToken;
  const std::string& claim = token ? token_ : wallet_;
  if (!claim.empty()) shared_.lockouts_.proved(request_.peer, claim);
  ClientLimits& limits = token ? shared_.tokens_ : shared_.wallets_;
  const nanoseconds time = limits.take(base::asText(client.id), SteadyClock::now());
  if (time == nanoseconds(0)) return {};
  mustWait(time);
  shared_.metrics_.count("http_throttled", token ? Literal("token") : Literal("wallet"));
  return Error(Code::kUnavailable, "the client sends more requests than it may");
}

void Admission::failed() {
  if (token_.empty() && wallet_.empty()) return;
  shared_.metrics_.count("http_credentials_refused", "wrong");
  const std::string& claim = token_.empty() ? wallet_ : token_;
  if (shared_.lockouts_.failed(request_.peer, claim, SteadyClock::now())) {
    shared_.metrics_.count("http_lockouts", "address");
  }
}

}  // namespace florin::http
