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

std::optional<records::Device> Scene::deviceOf(const Party& party) {
  return backend_.durable()
      .read([&](ports::Unit& unit) {
        return unit.devices().findByWallet(material_.walletProvider(), party.walletId);
      })
      .value();
}

void Scene::order(const Party& party, Order what) {
  const auto row = deviceOf(party);
  if (!row || !backend_.up()) return;
  trace_.line("order", party.device->index(), static_cast<int>(what));
  cps::Devices& devices = backend_.devices();
  const Status done = what == Order::kRevoke    ? devices.revoke(row->deviceId, LockReason::STOLEN)
                      : what == Order::kSuspend ? devices.suspend(row->deviceId, LockReason::STOLEN)
                                                : devices.resume(row->deviceId);
  // The backend may have died of it when it was durable already.
  const auto after = deviceOf(party).value_or(*row).state;
  switch (what) {
    case Order::kRevoke:
      if (done.ok() || after == records::DeviceState::kRevoked) {
        backendChecks_.revoked(party.walletId);
      }
      break;
    case Order::kSuspend:
      if (done.ok() || after == records::DeviceState::kSuspended) {
        backendChecks_.suspended(party.walletId, true);
      }
      break;
    case Order::kResume:
      if (after == records::DeviceState::kActive) backendChecks_.suspended(party.walletId, false);
      break;
  }
  if (backend_.faults().dead()) backend_.kill();
}

void Scene::resumeSuspended() {
  for (const auto& party : parties_) {
    const auto row = deviceOf(*party);
    if (!row || row->state != records::DeviceState::kSuspended) continue;
    verdict_.require(backend_.devices().resume(row->deviceId).ok(), "I9",
                     "a device cannot be resumed");
    backendChecks_.suspended(party->walletId, false);
  }
}

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
