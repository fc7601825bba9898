#include "fleet.h"

namespace florin::bench {

apps::Outcome<Fleet> Fleet::enroll(Load& load, std::size_t size, Ledgers ledgers) {
  Fleet fleet;
  fleet.devices_.resize(size);
  const World& world = load.world();
  FLORIN_TRY(load.inParallel(size, [&](std::size_t item, Client& client) -> Status {
    FLORIN_TRY_ASSIGN(const Device fresh, Device::prepare(world, client));
    FLORIN_TRY_ASSIGN(fleet.devices_[item], fresh.enroll(world, client));
    if (ledgers == Ledgers::kKept) fleet.devices_[item]->keepLedger();
    return fleet.devices_[item]->install(world, client);
  }));
  return fleet;
}

}  // namespace florin::bench
