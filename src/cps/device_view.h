// DeviceView is an enrolled device with what waits for it, as its wallet and an operator see it.
#pragma once

#include "codec/json_writer.h"
#include "cps/backend.h"

namespace florin::cps {

struct DeviceView {
  records::Device device;
  bool delivered = true;  // the device has acknowledged everything
  std::optional<records::Push> push;
};

Literal nameOf(records::DeviceState state);

// requireDevice: kWalletUnknown when this backend has no such device.
Result<records::Device> requireDevice(ports::Unit& unit, const Backend& backend,
                                      const base::DeviceId& deviceId);

// viewOf reads what waits for the device.
Result<DeviceView> viewOf(ports::Unit& unit, records::Device device);

// describe gives the JSON of docs/operations.md; describeLock that of docs/protocol.md 2.6, which
// tells nothing of the backend's own business; describeNoLock that of a wallet without a device.
codec::JsonObject describe(const DeviceView& view);
codec::JsonObject describeLock(const DeviceView& view);
codec::JsonObject describeNoLock();

// describePush never tells the token.
codec::JsonObject describePush(const records::Push& push);

}  // namespace florin::cps
