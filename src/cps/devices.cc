#include "cps/devices.h"

#include "cps/audit.h"

namespace florin::cps {
namespace {

using records::DeviceState;

Literal nameOf(DeviceEvent event) {
  switch (event) {
    case DeviceEvent::kSuspend: return "device.suspended";
    case DeviceEvent::kResume: return "device.resumed";
    case DeviceEvent::kRevoke: return "device.revoked";
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

Result<DeviceView> Devices::find(const base::DeviceId& deviceId) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<DeviceView> {
    FLORIN_TRY_ASSIGN(auto device, requireDevice(unit, backend_, deviceId));
    return viewOf(unit, std::move(device));
  });
}

Result<std::optional<DeviceView>> Devices::ofWallet(const base::WalletId& walletId) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<std::optional<DeviceView>> {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().findByWallet(backend_.tenant, walletId));
    if (!device) return std::optional<DeviceView>();
    FLORIN_TRY_ASSIGN(auto view, viewOf(unit, std::move(*device)));
    return std::optional(std::move(view));
  });
}

Status Devices::suspend(const base::DeviceId& deviceId, LockReason reason, const Actor& by) {
  return step(deviceId, {DeviceEvent::kSuspend, by.as, reason, by.token});
}
Status Devices::resume(const base::DeviceId& deviceId, const Actor& by) {
  return step(deviceId, {DeviceEvent::kResume, by.as, LockReason::NONE, by.token});
}
Status Devices::revoke(const base::DeviceId& deviceId, LockReason reason, const Actor& by) {
  return step(deviceId, {DeviceEvent::kRevoke, by.as, reason, by.token});
}

Result<DeviceView> Devices::lock(const base::WalletId& walletId, LockReason reason) {
  return stepOfWallet(walletId, {DeviceEvent::kSuspend, records::Suspender::kWallet, reason});
}
Result<DeviceView> Devices::unlock(const base::WalletId& walletId) {
  return stepOfWallet(walletId, {.event = DeviceEvent::kResume, .by = records::Suspender::kWallet});
}

Status Devices::step(const base::DeviceId& deviceId, const DeviceStep& what) {
  FLORIN_TRY_ASSIGN(const auto device,
                    backend_.store.write([&](ports::Unit& unit) -> Result<records::Device> {
                      FLORIN_TRY_ASSIGN(const auto before, requireDevice(unit, backend_, deviceId));
                      return apply(unit, before, what);
                    }));
  note(device, what);
  return {};
}

Result<DeviceView> Devices::stepOfWallet(const base::WalletId& walletId, const DeviceStep& what) {
  FLORIN_TRY_ASSIGN(auto view, backend_.store.write([&](ports::Unit& unit) -> Result<DeviceView> {
    FLORIN_TRY_ASSIGN(const auto before, unit.devices().findByWallet(backend_.tenant, walletId));
    // What was never enrolled is as what is not active yet.
    FLORIN_TRY_ASSIGN(auto device,
                      before ? apply(unit, *before, what) : stepped(records::Device(), what));
    return viewOf(unit, std::move(device));
  }));
  note(view.device, what);
  return view;
}

void Devices::note(const records::Device& device, const DeviceStep& what) {
  backend_.log.info(nameOf(what.event),
                    {{"deviceId", device.deviceId},
                     {"by", static_cast<std::int64_t>(what.by)},
                     {"suspenders", static_cast<std::int64_t>(device.suspenders)},
                     {"reason", PublicText{name(what.reason)}}});
}

// The TSP must decline at once what a device that is in wrong hands pays, so its cards stop with
// it.
Result<records::Device> Devices::apply(ports::Unit& unit, const records::Device& before,
                                       const DeviceStep& what) {
  FLORIN_TRY_ASSIGN(records::Device device, stepped(before, what));
  const bool moved = device.state != before.state;
  if (!moved && device.suspenders == before.suspenders) return before;
  FLORIN_TRY(audit(unit, backend_,
                   {{what.by, what.token},
                    nameOf(what.event),
                    device.deviceId.view(),
                    what.reason == LockReason::NONE ? "" : std::string(name(what.reason))}));
  if (moved) ++device.epoch;
  if (moved && device.state == DeviceState::kRevoked) FLORIN_TRY(end(unit, device));
  FLORIN_TRY(unit.devices().update(device));
  if (!moved || device.state == DeviceState::kRevoked) return device;
  const bool stops = device.state == DeviceState::kSuspended;
  FLORIN_TRY(
      cards_.stepCardsOf(unit, device, stops ? tsp::CardEvent::kSuspend : tsp::CardEvent::kResume));
  // The cards' operations have counted in the row.
  return requireDevice(unit, backend_, device.deviceId);
}

Status Devices::end(ports::Unit& unit, records::Device& device) {
  FLORIN_TRY(unit.operations().voidPending(device.deviceId));
  FLORIN_TRY(voidParked(unit, device.deviceId));
  FLORIN_TRY(cards_.endCardsOf(unit, device));
  return log_.append(unit, device, {}, messages::OperationType::kWipe, messages::Nothing());
}

Status Devices::suspendForOldVault(ports::Unit& unit, records::Device& device) {
  FLORIN_TRY_ASSIGN(
      device, apply(unit, device,
                    {DeviceEvent::kSuspend, records::Suspender::kSystem, LockReason::OLD_VAULT}));
  return {};
}

}  // namespace florin::cps
