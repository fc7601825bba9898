// Network carries the requests of all devices to the backend, and everything can happen to them.
// TLS is not simulated: whoever ends it can do what a fate does, but to what TLS alone protects.
#pragma once

#include <functional>

#include "backend_host.h"
#include "chance.h"
#include "disk.h"
#include "schedule.h"
#include "trace.h"

namespace florin::sim {

enum class Fate : std::uint8_t {
  kArrives,
  kRequestLost,
  kReplyLost,
  kDoubled,       // the request arrives once more, some time later
  kDelayed,       // the request arrives after its sender has given up
  kReplyDelayed,  // the sender gave up when the reply comes
  kRequestCut,    // a part of the request arrives
  kReplyCut,
  kRequestCorrupt,  // one bit of the body is another
  kReplyCorrupt,
  kForged,  // somebody else answers: an error status without a body
};
inline constexpr std::size_t kFates = 11;
const char* nameOf(Fate fate);

// Message is one request of a device.
struct Message {
  std::size_t number = 0;  // of the run, from 1
  std::size_t device = 0;
  base::WalletId wallet;  // that the device was when it sent this
  TransportRequest request;
  bool barred = false;  // the device was when the backend answered
};

// What the run wants to know and decide.
class NetworkWatcher {
 public:
  virtual ~NetworkWatcher() = default;
  virtual base::WalletId walletOf(std::size_t device) = 0;
  virtual Fate fateOf(const Message& message) = 0;

  // isBarred: the backend must give this wallet neither cards nor keys now.
  virtual bool isBarred(const base::WalletId& wallet) = 0;

  // served: the backend handled this request; nothing when it died of it.
  virtual void served(const Message& message, const std::optional<TransportResponse>& response) = 0;

  // replied: the device gets this answer next.
  virtual void replied(const Message& message) = 0;
};

class Network {
 public:
  Network(Schedule& schedule, BackendHost& backend, Chance& chance, Trace& trace,
          NetworkWatcher& watcher)
      : schedule_(schedule), backend_(backend), chance_(chance), trace_(trace), watcher_(watcher) {}

  void send(std::size_t device, TransportRequest request, base::Duration deadline,
            Transport::Done done);

  // replay sends a request of before once more; nobody waits for the answer.
  void replay(std::size_t index);
  [[nodiscard]] std::size_t recorded() const { return recorded_.size(); }
  [[nodiscard]] std::size_t messages() const { return messages_; }

 private:
  using Response = Result<TransportResponse>;
  std::optional<TransportResponse> deliver(const Message& message);
  void answer(const Message& message, base::Duration after, const Transport::Done& done,
              const Response& response);
  void roundTrip(const Message& message, Fate fate, const Transport::Done& done);
  void damage(Bytes& body, bool cut);
  base::Duration latency();

  Schedule& schedule_;
  BackendHost& backend_;
  Chance& chance_;
  Trace& trace_;
  NetworkWatcher& watcher_;
  std::size_t messages_ = 0;
  std::vector<Message> recorded_;
};

// Link is the Transport of one device. What a process says after its end is not said.
class Link : public Transport {
 public:
  Link(Network& network, const Disk& disk, std::size_t device)
      : network_(network), disk_(disk), device_(device) {}
  void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) override {
    if (!disk_.dead()) network_.send(device_, std::move(request), deadline, std::move(done));
  }

 private:
  Network& network_;
  const Disk& disk_;
  const std::size_t device_;
};

}  // namespace florin::sim
