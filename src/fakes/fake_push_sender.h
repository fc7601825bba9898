// FakePushSender is the in-memory twin of a PushSender: it keeps what was started and answers what
// a test told it to. Waiting moves its clock.
#pragma once

#include <deque>
#include <functional>

#include "base/bytes.h"
#include "fakes/fake_clock.h"
#include "ports/push_sender.h"

namespace florin::fakes {

class FakePushSender : public ports::PushSender {
 public:
  explicit FakePushSender(FakeClock& clock) : clock_(clock) {}

  void ring() override { ++rings; }

  std::optional<ports::PushProvider> providerOf(const SecretBytes& token) override {
    const auto text = base::asText(token.expose());
    if (text == "nobody's") return std::nullopt;
    return text.starts_with("HMS:") ? ports::PushProvider::kHms : ports::PushProvider::kFcm;
  }

  void start(ports::PushMessage message) override {
    waiting.push_back(message.deviceId);
    sent.push_back({message.deviceId, std::string(base::asText(message.token.expose()))});
    providers_.push_back(message.provider);
  }

  std::vector<ports::PushVerdict> poll(base::Duration atMost) override {
    std::vector<ports::PushVerdict> verdicts;
    while (answers && !waiting.empty()) {
      ports::PushVerdict verdict = answer;
      verdict.deviceId = waiting.front();
      verdict.provider = providers_.front();
      waiting.pop_front();
      providers_.pop_front();
      verdicts.push_back(verdict);
    }
    if (verdicts.empty()) clock_.advance(atMost);
    return verdicts;
  }

  struct Sent {
    base::DeviceId deviceId;
    std::string token;
  };
  std::vector<Sent> sent;
  std::deque<base::DeviceId> waiting;
  bool answers = true;
  ports::PushVerdict answer{{}, {}, ports::PushOutcome::kDelivered, {}, 200};
  unsigned rings = 0;

 private:
  FakeClock& clock_;
  std::deque<ports::PushProvider> providers_;
};

}  // namespace florin::fakes
