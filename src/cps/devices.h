// Devices is what an operator may do to an enrolled device: suspend, resume, revoke, look (D6).
// Each change raises the device's epoch, so that its tickets end with it, and is in the audit log.
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
  // the same unit. The device is told the reason. Idempotent: a device that is there already keeps
  // its first reason. kWrongState for a device that is revoked, wiped or not yet active.
  Status suspend(const base::DeviceId& deviceId, LockReason reason);
  //
  // resume of a device that was suspended for its old vault lets it be brought up to date once.
  Status resume(const base::DeviceId& deviceId);

  // revoke voids what waits for the device and leaves it a Wipe, for good, and deletes its cards.
  // Idempotent.
  Status revoke(const base::DeviceId& deviceId, LockReason reason);

  // suspendForOldVault suspends, in the caller's unit and for the system, an active device; its row
  // is written.
  Status suspendForOldVault(ports::Unit& unit, records::Device& device);

 private:
  struct Change {
    records::DeviceState to;
    LockReason reason;
    records::Suspender by = records::Suspender::kOperator;
  };
  Status change(const base::DeviceId& deviceId, const Change& what);
  Status apply(ports::Unit& unit, records::Device& device, const Change& what);
  Status changeCards(ports::Unit& unit, const records::Device& device);

  Backend& backend_;
  OperationLog& log_;
  CardLifeCycle& cards_;
};

}  // namespace florin::cps
