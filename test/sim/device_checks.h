// DeviceChecks looks at what a device has on its disk after every change, and holds it against what
// it had before and what the backend has (I1, I2, I4, I5, I8, I9).
#pragma once

#include <set>

#include "backend_host.h"
#include "device_host.h"
#include "vault_reader.h"
#include "verdict.h"

namespace florin::sim {

class DeviceChecks {
 public:
  DeviceChecks(BackendHost& backend, Verdict& verdict) : backend_(backend), verdict_(verdict) {}

  // look reads the device's disk. changed: it is not what it was; `now` is what look gave.
  Result<DeviceView> look(const DeviceHost& device) { return reader_.read(device.disk.durable()); }
  void changed(DeviceHost& device, Result<DeviceView> now);

  // wiped: the device was wiped, as the operator wanted it; it begins again.
  void wiped() { wiped_ = true; }

  // refuseGains: the last answer that this device got was made for a device that may get nothing.
  void refuseGains(bool refused) { gainsAreRefused_ = refused; }

  // putBack: the disk holds an older vault again, which was this.
  void putBack(const DeviceView& older);

  // copied: somebody else has a copy of this vault. storeWentBack: the backend may have forgotten
  // what this vault has. Both, as putBack does, put in doubt all keys that are there now.
  void copied() { doubtful_.insert(view_.keys.begin(), view_.keys.end()); }
  void storeWentBack() {
    unknown_.insert(view_.keys.begin(), view_.keys.end());
    ahead_ = true;
  }

  // hasDoubtfulKeys: of those that were put in doubt by a vault, some are still there.
  [[nodiscard]] bool hasDoubtfulKeys() const;
  // isAhead: the backend has not caught up with this vault since its store went back.
  [[nodiscard]] bool isAhead() const { return ahead_; }

  // newPsns counts the cards that went on with another PSN.
  [[nodiscard]] std::size_t newPsns() const { return newPsns_; }

  [[nodiscard]] const DeviceView& view() const { return view_; }

 private:
  void compare(const DeviceView& now);
  void compareKeys(const DeviceView& now);
  void compareUses(const DeviceView& now);
  void checkPsns(const DeviceView& now);
  void compareWithBackend(const DeviceView& now);
  void lookWhetherItIsBehind(const DeviceView& now);

  BackendHost& backend_;
  Verdict& verdict_;
  VaultReader reader_;
  DeviceView view_;
  std::set<DeviceView::KeyNumber> gone_;  // keys that were here and are not any more
  std::set<DeviceView::KeyNumber> doubtful_;
  std::set<DeviceView::KeyNumber> unknown_;  // to the backend, it may be
  bool ahead_ = false;
  bool wiped_ = false;
  bool gainsAreRefused_ = false;
  std::size_t newPsns_ = 0;
};

}  // namespace florin::sim
