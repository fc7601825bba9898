// Run is one simulated life: a backend, some wallets, everything that can go wrong in one day or
// two.
#pragma once

#include "scene.h"

namespace florin::sim {

class Run : public Scene {
 public:
  // `material` must outlive the run.
  Run(const Material& material, const Settings& settings) : Scene(material, settings) {
    plantFault();
  }

  // simulate lives the whole life of the seed.
  Outcome simulate();

  // What `simulate` is made of, for a life that somebody else plans.
  // `nth`, `fault`: as Disk::plan, from its very first write on.
  void addWallet(std::size_t cards, std::size_t nth = 0, DiskFault fault = DiskFault::kNone);
  void settle();
  void actAll(std::size_t wallet) { Scene::actAll(party(wallet)); }
  using Scene::outcome;

  // planMessage lets the nth message of the run have this fate.
  void planMessage(std::size_t number, Fate fate) { plannedFates_[number] = fate; }

  // killAt ends a side when the nth message is sent, or when its answer arrives.
  enum class Moment : std::uint8_t { kDeviceSends, kDeviceGetsAnswer, kBackendServed };
  void killAt(std::size_t number, Moment moment) { plannedKills_.emplace_back(number, moment); }

 private:
  Fate fateOf(const Message& message) override;
  void served(const Message& message, const std::optional<TransportResponse>& response) override;
  void replied(const Message& message) override;

  void step();
  void addIntruder();
  void operate();
  void calm();

  std::map<std::size_t, Fate> plannedFates_;
  std::vector<std::pair<std::size_t, Moment>> plannedKills_;
  unsigned storminess_ = 0;  // messages in a hundred that something happens to
  bool calm_ = true;
};

}  // namespace florin::sim
