// Fleet is many devices over weeks against one backend: they enroll in the first days, pay, and
// keep their cards supplied, whatever happens to them meanwhile.
#pragma once

#include "scene.h"

namespace florin::sim {

struct FleetSize {
  std::size_t devices = 50;
  unsigned days = 30;
};

class Fleet : public Scene {
 public:
  // `material` must outlive the fleet.
  Fleet(const Material& material, const Settings& settings, const FleetSize& size);

  // live lives all days, then ends the faults and looks whether everybody gets where they should.
  Outcome live();

 private:
  Fate fateOf(const Message& message) override;

  // What a device will do in the day that begins.
  void planDay();
  void planDevice(Party& party);
  void planPayments(Party& party);
  void planPolls(Party& party);
  base::Duration sometime();

  // pursue makes one sensible call after the other, until none is left or `calls` are made.
  void pursue(Party& party, unsigned calls);
  void pay(Party& party);

  void calm();
  void settle();
  void settleParty(Party& party);

  const FleetSize size_;
  bool calm_ = false;
};

}  // namespace florin::sim
