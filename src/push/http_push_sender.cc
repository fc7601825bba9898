#include "push/http_push_sender.h"

#include <algorithm>

#include "base/bytes.h"
#include "push/hms.h"

namespace florin::push {

namespace limits = base::limits;
using ports::PushOutcome;
using ports::PushProvider;

namespace {

// A stream of a connection may end alone, by the server's reset or because libcurl lost it: that
// says nothing of the push nor of the service.
bool isLostStream(const HttpAnswer& answer) {
  return answer.error == CURLE_HTTP2 || answer.error == CURLE_HTTP2_STREAM;
}

}  // namespace

Result<std::unique_ptr<HttpPushSender>> HttpPushSender::make(Providers providers,
                                                             base::Clock& clock,
                                                             base::Duration deadline) {
  FLORIN_TRY_ASSIGN(auto http, HttpMulti::make(deadline));
  return std::unique_ptr<HttpPushSender>(
      new HttpPushSender(std::move(providers), clock, std::move(http)));
}

HttpPushSender::HttpPushSender(Providers providers, base::Clock& clock,
                               std::unique_ptr<HttpMulti> http)
    : unprefixed_(providers.unprefixed), clock_(clock), http_(std::move(http)) {
  laneAt(PushProvider::kFcm).provider = std::move(providers.fcm);
  laneAt(PushProvider::kHms).provider = std::move(providers.hms);
  laneAt(PushProvider::kWebhook).provider = std::move(providers.webhook);
}

void HttpPushSender::ring() { http_->wake(); }

std::optional<PushProvider> HttpPushSender::providerOf(const SecretBytes& token) {
  const bool isHms = base::asText(token.expose()).starts_with(kHmsPrefix);
  const PushProvider provider = isHms ? PushProvider::kHms : unprefixed_;
  if (laneAt(provider).provider == nullptr) return std::nullopt;
  return provider;
}

void HttpPushSender::start(ports::PushMessage message) {
  const bool isHms = message.provider == PushProvider::kHms;
  Pending push{std::move(message)};
  const SecretBytes& token = push.message.token;
  if (!isVisibleAscii(token) || (isHms && token.size() == kHmsPrefix.size())) {
    return end(push, {.outcome = PushOutcome::kTokenDead, .retryAfter = {}});
  }
  send(std::move(push));
}

std::vector<ports::PushVerdict> HttpPushSender::poll(base::Duration atMost) {
  http_->work(atMost, [this] { return !verdicts_.empty(); });
  return std::exchange(verdicts_, {});
}

void HttpPushSender::send(Pending push) {
  Lane& lane = laneOf(push);
  const base::Time now = clock_.now();
  if (!lane.asking && (!lane.access || now >= lane.access->renew)) {
    auto call = lane.provider->tokenCall(now);
    if (!call) return sendWith(lane, std::move(push), {});
    ask(push.message.provider, std::move(*call));
  }
  if (lane.access && now < lane.access->ends) {
    const SecretBytes& access = lane.access->token;
    return sendWith(lane, std::move(push), access);
  }
  lane.waiting.push_back(std::move(push));
}

void HttpPushSender::sendWith(Lane& lane, Pending push, const SecretBytes& access) {
  push.accessNumber = lane.accessNumber;
  HttpCall call = lane.provider->sendCall(push.message, access, clock_.now());
  const std::uint64_t number = nextNumber_++;
  inFlight_.emplace(number, std::move(push));
  http_->start(std::move(call),
               [this, number](const HttpAnswer& answer) { onAnswer(number, answer); });
}

void HttpPushSender::ask(PushProvider provider, HttpCall call) {
  laneAt(provider).asking = true;
  http_->start(std::move(call),
               [this, provider](const HttpAnswer& answer) { onAccess(provider, answer); });
}

void HttpPushSender::onAccess(PushProvider provider, const HttpAnswer& answer) {
  Lane& lane = laneAt(provider);
  lane.asking = false;
  const base::Time now = clock_.now();
  auto waiting = std::exchange(lane.waiting, {});
  if (answer.status == 200) {
    if (auto access = decodeAccessToken(answer.body.expose()); access.ok()) {
      ++lane.accessNumber;
      lane.access =
          Access{std::move(access->token), now + access->lifetime * 4 / 5, now + access->lifetime};
      for (Pending& push : waiting) send(std::move(push));
      return;
    }
  }
  // The one before goes on while it is good.
  if (lane.access) lane.access->renew = now + limits::kPushBreakerOpen;
  for (const Pending& push : waiting) {
    end(push, {.retryAfter = answer.retryAfter, .status = answer.status});
  }
}

void HttpPushSender::onAnswer(std::uint64_t number, const HttpAnswer& answer) {
  Pending push = std::move(inFlight_.extract(number).mapped());
  if (isLostStream(answer) && !push.repeated) {
    push.repeated = true;
    return send(std::move(push));
  }
  Lane& lane = laneOf(push);
  const Judgement judgement = answer.status == 0 ? Judgement() : lane.provider->judge(answer);
  if (!judgement.refresh || push.refreshed) return end(push, judgement);
  if (push.accessNumber == lane.accessNumber) lane.access.reset();
  push.refreshed = true;
  send(std::move(push));
}

void HttpPushSender::end(const Pending& push, const Judgement& judgement) {
  verdicts_.push_back({push.message.deviceId, push.message.provider, judgement.outcome,
                       judgement.retryAfter, judgement.status});
}

}  // namespace florin::push
