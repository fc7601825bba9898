// What breaks in every kind of run, and the faults that are planted on purpose.
#include "scene.h"

namespace florin::sim {

void Scene::breakDevice(Party& party) {
  ++faults_;
  if (!party.device->up()) return;
  if (plan_.percent(30)) return killDevice(party, plan_.percent(50));
  const auto fault = static_cast<DiskFault>(1 + plan_.below(kDiskFaults - 1));
  const std::size_t nth = 1 + plan_.below(6);
  trace_.line("plan disk fault", party.device->index(), static_cast<int>(fault), nth);
  party.device->disk.plan(nth, fault);
}

void Scene::breakBackend() {
  ++faults_;
  if (!backend_.up()) return;
  if (plan_.percent(30)) {
    trace_.line("kill backend");
    return backend_.kill();
  }
  const auto fault = static_cast<StoreFault>(1 + plan_.below(kStoreFaults - 1));
  const std::size_t nth = 1 + plan_.below(4);
  trace_.line("plan store fault", static_cast<int>(fault), nth);
  backend_.faults().plan(nth, fault);
}

// plantFault breaks one invariant on purpose, so that its checker shows that it sees.
void Scene::plantFault() {
  const std::string& broken = settings_.broken;
  FaultStore& store = backend_.faults();
  const auto tenant = material_.walletProvider();
  const auto eachWallet = [this, tenant](ports::Store& rows, const auto& change) {
    for (const auto& party : parties_) {
      static_cast<void>(rows.write(
          [&](ports::Unit& unit) -> Status { return change(unit, tenant, party->walletId); }));
    }
  };
  if (broken == "I2") {  // an authorization is forgotten
    backend_.lieOn("/tsp/v1/authorizations");
  } else if (broken == "I5") {  // an answer to E1 is not stored
    backend_.lieOn("/cps/v1/enrollments");
  } else if (broken == "I3") {  // the count of guesses is forgotten
    store.setTamper([eachWallet](ports::Store& rows) {
      eachWallet(rows, [](ports::Unit& unit, const auto& owner, const auto& wallet) {
        return unit.wallets().setTriesLeft(owner, wallet, 5);
      });
    });
  } else if (broken == "I4") {  // a request's number is given out again
    store.setTamper([eachWallet](ports::Store& rows) {
      eachWallet(rows, [](ports::Unit& unit, const auto& owner, const auto& wallet) -> Status {
        FLORIN_TRY_ASSIGN(auto device, unit.devices().findByWallet(owner, wallet));
        if (!device || device->nextReqSeq < 3) return {};
        device->nextReqSeq = 1;
        return unit.devices().update(*device);
      });
    });
  } else if (broken == "I8") {  // a revocation is forgotten
    store.setTamper([eachWallet](ports::Store& rows) {
      eachWallet(rows, [](ports::Unit& unit, const auto& owner, const auto& wallet) -> Status {
        FLORIN_TRY_ASSIGN(auto device, unit.devices().findByWallet(owner, wallet));
        if (!device || device->state != records::DeviceState::kRevoked) return {};
        device->state = records::DeviceState::kActive;
        return unit.devices().update(*device);
      });
    });
  }
}

}  // namespace florin::sim
