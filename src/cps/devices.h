// Devices is what an operator may do to an enrolled device: suspend, resume, revoke, look (D6); and
// what a cardholder may: lock the wallet, unlock it. Each change of state raises the device's
// epoch, so that its tickets end with it, and is in the audit log.
#pragma once

#include "cps/card_life_cycle.h"
#include "cps/device_states.h"
#include "cps/device_view.h"

namespace florin::cps {

class Devices {
 public:
  Devices(Backend& backend, OperationLog& log, CardLifeCycle& cards)
      : backend_(backend), log_(log), cards_(cards) {}

  // find: kWalletUnknown when there is no such device.
  Result<DeviceView> find(const base::DeviceId& deviceId);

  // ofWallet gives the device of a wallet; nothing when none was enrolled.
  Result<std::optional<DeviceView>> ofWallet(const base::WalletId& walletId);

  // suspend makes the operator a suspender of the device and, with the first, the system one of
  // each of its cards; resume ends the operator's and the system's part, and that of the cards when
  // nobody is left; all in the same unit. The device is told the first reason that was given.
  // Idempotent. kWrongState with a DeviceRefusal.
  Status suspend(const base::DeviceId& deviceId, LockReason reason, const Actor& by = anOperator());
  //
  // resume of a device that was suspended for its old vault lets it be brought up to date once.
  Status resume(const base::DeviceId& deviceId, const Actor& by = anOperator());

  // revoke voids what waits for the device and leaves it a Wipe, for good, and deletes its cards.
  // Idempotent.
  Status revoke(const base::DeviceId& deviceId, LockReason reason, const Actor& by = anOperator());

  // lock and unlock are suspend and resume by the wallet itself. A wallet without a device:
  // DeviceRefusal::kWrongState.
  Result<DeviceView> lock(const base::WalletId& walletId, LockReason reason);
  Result<DeviceView> unlock(const base::WalletId& walletId);

  // suspendForOldVault suspends, in the caller's unit and for the system, an active device; its row
  // is written.
  Status suspendForOldVault(ports::Unit& unit, records::Device& device);

 private:
  Status step(const base::DeviceId& deviceId, const DeviceStep& what);
  Result<DeviceView> stepOfWallet(const base::WalletId& walletId, const DeviceStep& what);
  // apply gives the row as it is then, written.
  Result<records::Device> apply(ports::Unit& unit, const records::Device& before,
                                const DeviceStep& what);
  Status end(ports::Unit& unit, records::Device& device);
  void note(const records::Device& device, const DeviceStep& what);

  Backend& backend_;
  OperationLog& log_;
  CardLifeCycle& cards_;
};

}  // namespace florin::cps
