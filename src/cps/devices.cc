#include "cps/devices.h"

#include "cps/audit.h"
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

Status Devices::suspend(const base::DeviceId& id, LockReason reason) {
  return change(id, {DeviceState::kSuspended, reason});
}
Status Devices::resume(const base::DeviceId& id) {
  return change(id, {DeviceState::kActive, LockReason::NONE});
}
Status Devices::revoke(const base::DeviceId& id, LockReason reason) {
  return change(id, {DeviceState::kRevoked, reason});
}

// The TSP must decline at once what a device that is in wrong hands pays, so its cards stop with
// it.
Status Devices::changeCards(ports::Unit& unit, const records::Device& device) {
  return cards_.stepCardsOf(
      unit, device,
      device.state == DeviceState::kSuspended ? tsp::CardEvent::kSuspend : tsp::CardEvent::kResume);
}

Status Devices::change(const base::DeviceId& deviceId, const Change& what) {
  const Status changed = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().find(deviceId));
    if (!device || device->tenant != backend_.tenant) return unknown();
    if (device->state == what.to) return {};
    if (!allowed(device->state, what.to)) {
      return messages::refusal(CpsStatus::kWrongState, "the device's state does not allow it");
    }
    return apply(unit, *device, what);
  });
  if (!changed.ok()) return changed;
  backend_.log.info(nameOf(what.to),
                    {{"deviceId", deviceId}, {"reason", PublicText{name(what.reason)}}});
  return {};
}

Status Devices::apply(ports::Unit& unit, records::Device& device, const Change& what) {
  const bool releasesOldVault =
      what.to == DeviceState::kActive && device.lockReason == LockReason::OLD_VAULT;
  device.state = what.to;
  if (!releasesOldVault) device.lockReason = what.reason;
  ++device.epoch;
  FLORIN_TRY(audit(unit, backend_,
                   {what.by, nameOf(what.to), device.deviceId.view(),
                    what.reason == LockReason::NONE ? "" : std::string(name(what.reason))}));
  if (what.to == DeviceState::kRevoked) {
    FLORIN_TRY(unit.operations().voidPending(device.deviceId));
    FLORIN_TRY(voidParked(unit, device.deviceId));
    FLORIN_TRY(cards_.endCardsOf(unit, device));
    FLORIN_TRY(log_.append(unit, device, {}, messages::OperationType::kWipe, messages::Nothing()));
  }
  FLORIN_TRY(unit.devices().update(device));
  return what.to == DeviceState::kRevoked ? Status() : changeCards(unit, device);
}

Status Devices::suspendForOldVault(ports::Unit& unit, records::Device& device) {
  return apply(unit, device,
               {DeviceState::kSuspended, LockReason::OLD_VAULT, records::Suspender::kSystem});
}

}  // namespace florin::cps
