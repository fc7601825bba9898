// Devices is what an operator may do to an enrolled device: suspend, resume, revoke, look (D6).
// Each change raises the device's epoch, so that its tickets end with it.
#pragma once

#include "cps/card_life_cycle.h"

namespace florin::cps {

class Devices {
 public:
  Devices(Backend& backend, OperationLog& log, CardLifeCycle& cards)
      : backend_(backend), log_(log), cards_(cards) {}

  // find: kWalletUnknown when there is no such device.
  Result<records::Device> find(const base::DeviceId& deviceId);

  // suspend makes the system a suspender of each of the device's cards, resume ends that; both in
  // the same unit. Idempotent; kWrongState for a device that is revoked, wiped or not yet active.
  Status suspend(const base::DeviceId& deviceId);
  Status resume(const base::DeviceId& deviceId);

  // revoke voids what waits for the device and leaves it a Wipe, for good, and deletes its cards.
  // Idempotent.
  Status revoke(const base::DeviceId& deviceId);

 private:
  Status change(const base::DeviceId& deviceId, records::DeviceState to);
  Status changeCards(ports::Unit& unit, const records::Device& device);

  Backend& backend_;
  OperationLog& log_;
  CardLifeCycle& cards_;
};

}  // namespace florin::cps
