// PushNetwork is the push provider of a simulation and its way to the devices. A push is only a
// hint (I7), so it may lose, double, delay and forge what it likes, be out of order, and say that a
// token is dead.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "chance.h"
#include "ports/push_sender.h"
#include "schedule.h"
#include "trace.h"

namespace florin::sim {

using PushBundle = std::map<std::string, std::string>;

// What the network asks of the run.
class PushWatcher {
 public:
  virtual ~PushWatcher() = default;
  // wake: the backend's outbox worker has something to do.
  virtual void wakeWorker() = 0;
  // pushTaken: the provider said that it will deliver.
  virtual void pushTaken(const base::DeviceId& device) = 0;
  virtual void pushArrives(std::size_t device, const PushBundle& bundle) = 0;
};

class PushNetwork : public ports::PushSender {
 public:
  PushNetwork(Schedule& schedule, base::Clock& clock, Trace& trace, Chance& chance,
              PushWatcher& watcher)
      : schedule_(schedule), clock_(clock), trace_(trace), chance_(chance), watcher_(watcher) {}

  // newToken gives the device another token; the one before is dead.
  std::string newToken(std::size_t device);

  // setLoss: of a hundred pushes that the provider took, so many never arrive.
  void setLoss(unsigned percent) { loss_ = percent; }

  // breakDown: the provider is out of order for so long.
  void breakDown(base::Duration time) { outOfOrderUntil_ = clock_.now() + time; }

  // forge lets somebody else push to this device.
  void forge(std::size_t device);

  // restart: the backend's process is another one, nobody waits for the verdicts of before.
  void restart() { verdicts_.clear(), ++process_; }

  [[nodiscard]] std::size_t lost() const { return lost_; }

  void ring() override { watcher_.wakeWorker(); }
  std::optional<ports::PushProvider> providerOf(const SecretBytes& token) override;
  void start(ports::PushMessage message) override;
  std::vector<ports::PushVerdict> poll(base::Duration atMost) override;

 private:
  ports::PushVerdict judge(const ports::PushMessage& message);
  void carry(std::size_t device);
  void arrive(std::size_t device, base::Duration after, PushBundle bundle);

  Schedule& schedule_;
  base::Clock& clock_;
  Trace& trace_;
  Chance& chance_;
  PushWatcher& watcher_;
  std::map<std::string, std::size_t> deviceOf_;  // by living token
  std::map<std::size_t, std::string> tokenOf_;
  std::vector<ports::PushVerdict> verdicts_;
  std::uint64_t process_ = 0;
  std::size_t tokens_ = 0;
  unsigned loss_ = 0;
  base::Time outOfOrderUntil_;
  std::size_t lost_ = 0;
};

}  // namespace florin::sim
