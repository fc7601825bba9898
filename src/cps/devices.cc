#include "cps/devices.h"

#include "messages/status.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;
using records::DeviceState;

Error unknown() { return messages::refusal(CpsStatus::kWalletUnknown, "no such device"); }

bool allowed(DeviceState from, DeviceState to) {
  switch (to) {
    case DeviceState::kSuspended: return from == DeviceState::kActive;
    case DeviceState::kActive: return from == DeviceState::kSuspended;
    case DeviceState::kRevoked: return from != DeviceState::kWiped;
    case DeviceState::kBound:
    case DeviceState::kWiped: break;
  }
  return false;
}

Literal nameOf(DeviceState state) {
  switch (state) {
    case DeviceState::kSuspended: return "device.suspended";
    case DeviceState::kActive: return "device.resumed";
    case DeviceState::kRevoked: return "device.revoked";
    case DeviceState::kBound:
    case DeviceState::kWiped: break;
  }
  return "device.changed";
}

Status voidParked(ports::Unit& unit, const base::DeviceId& deviceId) {
  FLORIN_TRY_ASSIGN(const auto parked, unit.operations().parkedOf(deviceId));
  for (const records::Operation& row : parked) {
    FLORIN_TRY(unit.operations().setState(deviceId, row.opSeq, records::OperationState::kVoid,
                                          row.parkedReason));
  }
  return {};
}

}  // namespace

Result<records::Device> Devices::find(const base::DeviceId& deviceId) {
  FLORIN_TRY_ASSIGN(const auto device, backend_.store.read([&](ports::Unit& unit) {
    return unit.devices().find(deviceId);
  }));
  if (!device) return unknown();
  return *device;
}

Status Devices::suspend(const base::DeviceId& id) { return change(id, DeviceState::kSuspended); }
Status Devices::resume(const base::DeviceId& id) { return change(id, DeviceState::kActive); }
Status Devices::revoke(const base::DeviceId& id) { return change(id, DeviceState::kRevoked); }

// The TSP must decline at once what a device that is in wrong hands pays, so its cards stop with
// it.
Status Devices::changeCards(ports::Unit& unit, const records::Device& device) {
  return cards_.stepCardsOf(
      unit, device,
      device.state == DeviceState::kSuspended ? tsp::CardEvent::kSuspend : tsp::CardEvent::kResume);
}

Status Devices::change(const base::DeviceId& deviceId, DeviceState to) {
  const Status changed = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().find(deviceId));
    if (!device || device->tenant != backend_.tenant) return unknown();
    if (device->state == to) return {};
    if (!allowed(device->state, to)) {
      return messages::refusal(CpsStatus::kWrongState, "the device's state does not allow it");
    }
    device->state = to;
    ++device->epoch;
    if (to == DeviceState::kRevoked) {
      FLORIN_TRY(unit.operations().voidPending(deviceId));
      FLORIN_TRY(voidParked(unit, deviceId));
      FLORIN_TRY(cards_.endCardsOf(unit, *device));
      FLORIN_TRY(
          log_.append(unit, *device, {}, messages::OperationType::kWipe, messages::Nothing()));
    }
    FLORIN_TRY(unit.devices().update(*device));
    return to == DeviceState::kRevoked ? Status() : changeCards(unit, *device);
  });
  if (!changed.ok()) return changed;
  backend_.log.info(nameOf(to), {{"deviceId", deviceId}});
  return {};
}

}  // namespace florin::cps
