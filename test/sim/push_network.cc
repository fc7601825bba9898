#include "push_network.h"

#include <utility>

#include "base/bytes.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

const PushBundle kWakeUp = {{"sender", "CPS"}};

}  // namespace

std::string PushNetwork::newToken(std::size_t device) {
  if (const auto before = tokenOf_.find(device); before != tokenOf_.end()) {
    deviceOf_.erase(before->second);
  }
  const std::string kind = device % 3 == 0 ? "HMS:" : "";
  tokenOf_[device] = kind + "token-" + std::to_string(++tokens_);
  deviceOf_[tokenOf_[device]] = device;
  return tokenOf_[device];
}

std::optional<ports::PushProvider> PushNetwork::providerOf(const SecretBytes& token) {
  return base::asText(token.expose()).starts_with("HMS:") ? ports::PushProvider::kHms
                                                          : ports::PushProvider::kFcm;
}

ports::PushVerdict PushNetwork::judge(const ports::PushMessage& message) {
  ports::PushVerdict verdict{
      message.deviceId, message.provider, ports::PushOutcome::kDelivered, {}, 200};
  const auto device = deviceOf_.find(std::string(base::asText(message.token.expose())));
  if (clock_.now() < outOfOrderUntil_) {
    verdict.outcome = ports::PushOutcome::kRetry;
    verdict.status = 503;
    if (chance_.percent(50)) verdict.retryAfter = chance_.between(1s, 10min);
  } else if (device == deviceOf_.end()) {
    verdict.outcome = ports::PushOutcome::kTokenDead;
    verdict.status = 404;
  } else {
    carry(device->second);
  }
  return verdict;
}

void PushNetwork::start(ports::PushMessage message) {
  const ports::PushVerdict verdict = judge(message);
  trace_.line("push", static_cast<int>(verdict.outcome));
  if (verdict.outcome == ports::PushOutcome::kDelivered) {
    schedule_.after({}, [this, id = message.deviceId] { watcher_.pushTaken(id); });
  }
  schedule_.after(chance_.between(20ms, 2s), [this, verdict, process = process_] {
    if (process != process_) return;
    verdicts_.push_back(verdict);
    watcher_.wakeWorker();
  });
}

void PushNetwork::carry(std::size_t device) {
  if (chance_.percent(loss_)) {
    ++lost_;
    return;
  }
  const bool late = chance_.percent(5);
  arrive(device, late ? chance_.between(1h, 30h) : chance_.between(50ms, 3s), kWakeUp);
  if (chance_.percent(5)) arrive(device, chance_.between(50ms, 6h), kWakeUp);
}

void PushNetwork::forge(std::size_t device) {
  switch (chance_.below(4)) {
    case 0: return arrive(device, 1s, kWakeUp);
    case 1:
      return arrive(device, 1s,
                    {{"SENDER", "MG"},
                     {"Action", "MG:ReplenishmentNeededNotification"},
                     {"digitalcardid", std::string(32, '7')}});
    case 2: return arrive(device, 1s, {{"sender", "MG"}, {"action", "MG:Wipe"}});
    default: return arrive(device, 1s, {{"sender", "somebody"}, {"cards", "none"}});
  }
}

void PushNetwork::arrive(std::size_t device, base::Duration after, PushBundle bundle) {
  schedule_.after(
      after, [this, device, bundle = std::move(bundle)] { watcher_.pushArrives(device, bundle); });
}

std::vector<ports::PushVerdict> PushNetwork::poll(base::Duration /*atMost*/) {
  return std::exchange(verdicts_, {});
}

}  // namespace florin::sim
