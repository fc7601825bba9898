#include "notify/outbox_worker.h"

#include <algorithm>

#include "base/limits.h"
#include "notify/back_off.h"

namespace florin::notify {

namespace limits = base::limits;
using ports::PushOutcome;

void OutboxWorker::step() {
  gather(limits::kPushPoll);
  storeAndClaim(limits::kPushesInFlight -
                std::min(limits::kPushesInFlight, inFlight_.size() + ended_.size()));
}

void OutboxWorker::drain(base::Duration atMost) {
  const base::Time end = outbox_.clock.now() + atMost;
  for (base::Time now = end - atMost; !inFlight_.empty() && now < end; now = outbox_.clock.now()) {
    const std::size_t before = inFlight_.size();
    gather(std::min<base::Duration>(end - now, limits::kPushPoll));
    if (inFlight_.size() != before) storeAndClaim(0);
  }
  while (!inFlight_.empty()) {
    Claimed push = std::move(inFlight_.extract(inFlight_.begin()).mapped());
    const std::uint32_t attempts = push.row.attempts;
    postpone(std::move(push), outbox_.clock.now(), attempts, false);
  }
  storeAndClaim(0);
}

// gather takes the verdicts of a moment, not each alone: they share a commit.
void OutboxWorker::gather(base::Duration atMost) {
  for (base::Duration wait = atMost;; wait = limits::kPushGather) {
    const auto verdicts = outbox_.sender.poll(wait);
    for (const ports::PushVerdict& verdict : verdicts) judge(verdict);
    if (verdicts.empty() || inFlight_.empty() || ended_.size() >= limits::kPushesInFlight / 2) {
      return;
    }
  }
}

void OutboxWorker::judge(const ports::PushVerdict& verdict) {
  auto node = inFlight_.extract(verdict.deviceId);
  if (node.empty()) return;
  Claimed push = std::move(node.mapped());
  const base::Time now = outbox_.clock.now();
  const auto report = [&](LogLevel level, Literal event) {
    outbox_.log.write(level, event,
                      {{"deviceId", verdict.deviceId},
                       {"provider", ports::nameOf(verdict.provider)},
                       {"status", verdict.status}});
  };
  if (verdict.outcome != PushOutcome::kRetry) breaker(verdict.provider).succeeded();
  switch (verdict.outcome) {
    case PushOutcome::kDelivered: return drop(std::move(push));
    case PushOutcome::kTokenDead:
      report(LogLevel::kInfo, "push.token_dead");
      drop(std::move(push));
      ended_.back().tokenDead = true;
      return;
    case PushOutcome::kFatal:
      report(LogLevel::kError, "push.refused");
      return drop(std::move(push));
    case PushOutcome::kRetry: break;
  }
  report(LogLevel::kDebug, "push.failed");
  if (breaker(verdict.provider).failed(now)) report(LogLevel::kWarning, "push.provider_down");
  const std::uint32_t attempts = push.row.attempts;
  base::Duration delay = delayAfter(attempts);
  if (verdict.retryAfter) {
    // What many were told at once must not come back at once.
    delay += std::min<base::Duration>(*verdict.retryAfter, limits::kPushRetryAdvice);
  }
  postpone(std::move(push), now + delay, attempts, verdict.retryAfter.has_value());
}

void OutboxWorker::storeAndClaim(std::size_t limit) {
  if (limit == 0 && ended_.empty()) return;
  const base::Time now = outbox_.clock.now();
  auto claimed = outbox_.store.write([&](ports::Unit& unit) -> Result<std::vector<Claimed>> {
    for (const Ended& ended : ended_) FLORIN_TRY(store(unit, ended, now));
    return claim(unit, now, limit);
  });
  if (!claimed.ok()) {
    // The verdicts are kept for the next round; their leases run on.
    outbox_.log.error("push.store_failed", {{"error", claimed.error()}});
    return;
  }
  ended_.clear();
  for (Claimed& push : *claimed) begin(std::move(push));
}

Result<std::vector<OutboxWorker::Claimed>> OutboxWorker::claim(ports::Unit& unit, base::Time now,
                                                               std::size_t limit) {
  std::vector<Claimed> claimed;
  if (limit == 0) return claimed;
  FLORIN_TRY_ASSIGN(const auto rows, unit.pushes().claim(now, now + limits::kPushLease, limit));
  for (const records::Push& row : rows) {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().find(row.deviceId));
    const bool over =
        row.attempts > limits::kPushAttempts || now - row.created > limits::kPushLifetime;
    if (over || !device || device->sealedPushToken.empty()) {
      FLORIN_TRY(unit.pushes().finish(row, now));
    } else {
      claimed.push_back({row, std::move(device->sealedPushToken)});
    }
  }
  return claimed;
}

Status OutboxWorker::store(ports::Unit& unit, const Ended& ended, base::Time now) {
  const records::Push& row = ended.push.row;
  if (!ended.done) {
    return unit.pushes().postpone(row, ended.due, ended.attempts, ended.holds);
  }
  FLORIN_TRY(unit.pushes().finish(row, now));
  if (!ended.tokenDead) return {};
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(row.deviceId));
  // The device may have brought another token meanwhile.
  if (!device || device->sealedPushToken != ended.push.sealedToken) return {};
  device->sealedPushToken.clear();
  return unit.devices().update(*device);
}

void OutboxWorker::begin(Claimed push) {
  const base::DeviceId deviceId = push.row.deviceId;
  auto token = outbox_.sealer.open({"devices", "push_token", deviceId.view()}, push.sealedToken);
  if (!token.ok()) {
    outbox_.log.error("push.token_unreadable", {{"deviceId", deviceId}, {"error", token.error()}});
    return drop(std::move(push));
  }
  const auto provider = outbox_.sender.providerOf(*token);
  if (!provider) return drop(std::move(push));
  if (!breaker(*provider).allows(outbox_.clock.now())) {
    const std::uint32_t attempts = push.row.attempts - 1;  // nobody was asked
    return postpone(std::move(push), breaker(*provider).openUntil() + delayAfter(1), attempts,
                    true);
  }
  const base::Time written = push.row.created;
  const base::DigitalCardId about = push.row.about;
  inFlight_.emplace(deviceId, std::move(push));
  outbox_.sender.start({deviceId, *provider, std::move(*token), written, about});
}

void OutboxWorker::postpone(Claimed push, base::Time due, std::uint32_t attempts, bool holds) {
  ended_.push_back({std::move(push), false, false, due, attempts, holds});
}

void OutboxWorker::drop(Claimed push) {
  ended_.push_back({std::move(push), true, false, {}, 0, false});
}

base::Duration OutboxWorker::delayAfter(std::uint32_t attempts) {
  return backOff(outbox_.random, attempts, limits::kPushRetryFirst, limits::kPushRetryLast);
}

Breaker& OutboxWorker::breaker(ports::PushProvider provider) {
  return breakers_[static_cast<std::size_t>(provider)];
}

}  // namespace florin::notify
