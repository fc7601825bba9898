#include "issuers/webhook_issuers.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_writer.h"
#include "issuers/issuer_decision.h"
#include "issuers/signed_call.h"
#include "ports/blocking.h"

namespace florin::issuers {
namespace {

using ports::IssuerDecision;

constexpr std::size_t kIdleClients = 16;

// With a detail: nothing was asked (ports/issuers.h).
constexpr Error kAsleep(Code::kUnavailable, "the issuer was silent too often: not asked for now",
                        1);
constexpr Error kNoPlace(Code::kUnavailable, "too many wait for this issuer, or for all", 1);

// An issuer who wants to know the cardholder, and has no way of ours: he activates by his own API.
ports::DecisionAnswer byIssuer() {
  return {
      IssuerDecision::kYellow,
      {{.id = "issuer", .type = "ISSUER", .value = "the issuer activates the card", .otp = false}}};
}

ports::DecisionAnswer answerOf(IssuerDecision decision) {
  return decision == IssuerDecision::kYellow ? byIssuer() : ports::DecisionAnswer{decision};
}

SecretBytes questionText(std::string_view type, const ports::DecisionQuestion& question) {
  codec::JsonObject body;
  body.add("type", type)
      .add("correlationId", question.correlationId)
      .add("digitalCardId", question.digitalCardId)
      .add("walletId", question.walletId)
      .add("product", std::string_view(question.product))
      .add("language", std::string_view(question.language))
      .addSecret("pan", question.pan)
      .add("panExpiry", std::string_view(question.panExpiry));
  if (!question.cvv.empty()) body.addSecret("cvv", question.cvv);
  if (!question.holderName.empty()) body.add("name", std::string_view(question.holderName));
  return body.secretText();
}

}  // namespace

// One slow issuer must not take the places of all others.
WebhookIssuers::WebhookIssuers(std::vector<IssuerLink> links, std::size_t atOnce,
                               base::Clock& clock, Log& log)
    : links_(std::move(links)),
      places_(static_cast<std::ptrdiff_t>(atOnce)),
      clock_(clock),
      log_(log) {
  const std::size_t share = links_.size() > 1 ? std::max<std::size_t>(1, atOnce / 2) : atOnce;
  for (const IssuerLink& link : links_) {
    placesOf_[link.issuer] = std::make_unique<Places>(static_cast<std::ptrdiff_t>(share));
  }
}

WebhookIssuers::Places& WebhookIssuers::placesOf(const IssuerLink& link) const {
  return *placesOf_.at(link.issuer);
}

const IssuerLink* WebhookIssuers::linkOf(const base::TenantId& issuer) const {
  const auto found = std::ranges::find(links_, issuer, &IssuerLink::issuer);
  return found == links_.end() ? nullptr : &*found;
}

Result<bool> WebhookIssuers::isEligible(const ports::DecisionQuestion& question) {
  const IssuerLink* const link = linkOf(question.issuer);
  if (link == nullptr || link->always || !link->askEligibility) return true;
  const Waiting waiting(places_, placesOf(*link));
  if (!waiting.has()) return kNoPlace;
  const std::string id =
      "eligible-" + question.digitalCardId.toString() + "-" + base::toHex(question.requestHash);
  const auto body = post(*link, id, questionText("card.check_eligibility", question));
  const auto answer = body.ok() ? decodeIssuerEligibility(*body) : Result<bool>(body.error());
  if (answer.ok()) return answer;
  log_.warning("issuer.silent", {{"correlationId", question.correlationId},
                                 {"error", answer.error()},
                                 {"decided", link->ifSilent.has_value()}});
  if (link->ifSilent && answer.error().code() == Code::kUnavailable) {
    return *link->ifSilent != IssuerDecision::kRed;
  }
  return Error(Code::kUnavailable, "the issuer did not say whether the card is eligible");
}

Result<ports::DecisionAnswer> WebhookIssuers::decide(const ports::DecisionQuestion& question) {
  const IssuerLink* const link = linkOf(question.issuer);
  if (link == nullptr) return ports::DecisionAnswer{IssuerDecision::kGreen};
  if (link->always) return answerOf(*link->always);
  const Waiting waiting(places_, placesOf(*link));
  if (!waiting.has()) return kNoPlace;
  const std::string id =
      "decide-" + question.digitalCardId.toString() + "-" + base::toHex(question.requestHash);
  const auto body = post(*link, id, questionText("card.decide", question));
  auto answer =
      body.ok() ? decodeIssuerDecision(*body) : Result<ports::DecisionAnswer>(body.error());
  if (answer.ok()) return answer;
  log_.warning("issuer.silent", {{"correlationId", question.correlationId},
                                 {"error", answer.error()},
                                 {"decided", link->ifSilent.has_value()}});
  if (link->ifSilent && answer.error().code() == Code::kUnavailable) {
    return answerOf(*link->ifSilent);
  }
  return Error(Code::kUnavailable, "the issuer did not decide");
}

Status WebhookIssuers::sendOtp(const ports::OtpOrder& order) {
  const IssuerLink* const link = linkOf(order.issuer);
  if (link == nullptr || link->url.empty()) {
    return Error(Code::kUnsupported, "the issuer has no webhook that sends OTPs");
  }
  const Waiting waiting(places_, placesOf(*link));
  if (!waiting.has()) return kNoPlace;
  const SecretBytes body = codec::JsonObject()
                               .add("type", std::string_view("card.send_otp"))
                               .add("digitalCardId", order.digitalCardId)
                               .add("method", std::string_view(order.method))
                               .addSecret("otp", order.otp)
                               .add("expiresMs", base::toMs(order.expires))
                               .secretText();
  const std::string id = "otp-" + order.digitalCardId.toString() + "-" +
                         std::to_string(order.number) + "-" +
                         std::to_string(base::toMs(order.expires));
  const auto taken = post(*link, id, body);
  if (taken.ok()) return {};
  log_.warning("issuer.otp_not_sent",
               {{"digitalCardId", order.digitalCardId}, {"error", taken.error()}});
  return taken.error();
}

Result<SecretBytes> WebhookIssuers::post(const IssuerLink& link, const std::string& id,
                                         const SecretBytes& body) {
  if (!mayAsk(link)) return kAsleep;
  auto answer = postOnce(link, id, body);
  if (!answer.ok() && answer.error().code() == Code::kUnavailable) {
    answer = postOnce(link, id, body);
  }
  heard(link, answer.ok() || answer.error().code() != Code::kUnavailable);
  return answer;
}

bool WebhookIssuers::mayAsk(const IssuerLink& link) {
  const std::lock_guard lock(mutex_);
  return breakerOf(link).allows(clock_.now());
}

void WebhookIssuers::heard(const IssuerLink& link, bool answered) {
  bool opened = false;
  {
    const std::lock_guard lock(mutex_);
    notify::Breaker& breaker = breakerOf(link);
    if (answered) breaker.succeeded();
    if (!answered) opened = breaker.failed(clock_.now());
  }
  if (opened) log_.warning("issuer.down", {{"issuer", link.issuer}});
}

notify::Breaker& WebhookIssuers::breakerOf(const IssuerLink& link) {
  return breakers_
      .try_emplace(link.issuer, base::limits::kIssuerBreaker, base::limits::kIssuerBreakerOpen)
      .first->second;
}

Result<SecretBytes> WebhookIssuers::postOnce(const IssuerLink& link, const std::string& id,
                                             const SecretBytes& body) {
  const base::Duration deadline = link.deadline / 2;
  auto client = takeClient(deadline);
  if (client == nullptr) return Error(Code::kUnavailable, "no HTTP client can be made");
  push::HttpCall call =
      signedCall({link.url, link.authorities, link.key}, id, body.clone(), clock_.now());
  const ports::Blocking blocking;
  std::optional<push::HttpAnswer> answer;
  client->start(std::move(call), [&answer](push::HttpAnswer got) { answer = std::move(got); });
  while (!answer) client->work(deadline, [&answer] { return answer.has_value(); });
  if (answer->status != 0) giveBack(std::move(client));
  if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
  if (answer->status == 0 || answer->status >= 500) {
    return Error(Code::kUnavailable, "the issuer's webhook does not answer", answer->status);
  }
  return Error(Code::kRefused, "the issuer's webhook refuses the question", answer->status);
}

// A client's deadline is that of its calls: one of another deadline is not taken.
std::unique_ptr<push::HttpMulti> WebhookIssuers::takeClient(base::Duration deadline) {
  {
    const std::lock_guard lock(mutex_);
    for (auto at = idle_.begin(); at != idle_.end(); ++at) {
      if ((*at)->deadline() != deadline) continue;
      auto client = std::move(*at);
      idle_.erase(at);
      return client;
    }
  }
  auto made = push::HttpMulti::make(deadline);
  return made.ok() ? std::move(*made) : nullptr;
}

void WebhookIssuers::giveBack(std::unique_ptr<push::HttpMulti> client) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleClients) idle_.push_back(std::move(client));
}

}  // namespace florin::issuers
