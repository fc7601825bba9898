// Payments is the terminal and the acquirer: it takes taps, sends their cryptograms to the backend
// until they are answered, repeats some, and watches that no key pays more often than it may (I1,
// I2, I4).
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>

#include "device_host.h"
#include "verdict.h"

namespace florin::sim {

class Payments {
 public:
  Payments(const World& world, BackendHost& backend, Chance& chance, Verdict& verdict)
      : world_(world), backend_(backend), chance_(chance), verdict_(verdict) {}

  // tap lets the device's default card pay, and books it when the card made a cryptogram.
  void tap(DeviceHost& device);

  // repeatOne presents a cryptogram of before once more, under the same key or under a new one.
  void repeatOne();

  // work sends what waits for its answer.
  void work();

  // storeWentBack: the backend knows nothing that it answered since then.
  void storeWentBack(base::Time to);

  [[nodiscard]] std::size_t approved() const { return approved_.size(); }
  [[nodiscard]] std::size_t keysUsed() const { return cryptograms_.size(); }
  [[nodiscard]] std::size_t limitedUses() const { return limitedUses_; }

  // ShownCard is what the card of the last cryptogram told the terminal.
  struct ShownCard {
    std::string dpan;
    std::string expiry;  // MMYY
  };
  [[nodiscard]] const ShownCard& lastShown() const { return lastShown_; }

 private:
  using CardAtc = std::pair<std::string, unsigned>;     // DPAN and running ATC
  using LimitedKey = std::pair<std::string, unsigned>;  // DPAN and index

  // What is known of a limited-use key by its cryptograms.
  struct LimitedTrack {
    base::Time firstUse;
    unsigned uses = 0;      // by a device that has it alone
    unsigned approved = 0;  // by whomever
  };
  struct Booking {
    CardAtc use;
    std::optional<LimitedKey> key;  // that made it, if it is one
    Bytes body;
    std::string idempotencyKey;
    Bytes answer;       // empty until it came
    bool first = true;  // the first presentation of its cryptogram, of a key that is known
    base::Time answered = {};
    bool forgotten = false;  // the backend's store went back behind the answer
  };

  void checkUse(const DeviceHost& device, const Booking& booking);
  void checkApproval(const Booking& booking);
  void add(Booking booking);
  void send(Booking& booking);
  void answered(Booking& booking, const TransportResponse& response);

  World world_;
  BackendHost& backend_;
  Chance& chance_;
  Verdict& verdict_;
  std::vector<Booking> bookings_;
  std::deque<std::size_t> unanswered_;  // of them
  std::map<CardAtc, Bytes> cryptograms_;
  std::map<std::string, unsigned> lastAtc_;
  std::set<CardAtc> approved_;
  std::map<LimitedKey, LimitedTrack> limited_;
  std::size_t limitedUses_ = 0;
  ShownCard lastShown_;
  std::size_t keys_ = 0;
};

}  // namespace florin::sim
