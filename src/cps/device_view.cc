#include "cps/device_view.h"

#include "cps/card_view.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

void addLock(codec::JsonObject& json, const DeviceView& view) {
  json.add("suspendedBy", namesOf(view.device.suspenders));
  if (view.device.lockReason != LockReason::NONE) {
    json.add("lockReason", name(view.device.lockReason));
  }
  json.add("delivered", view.delivered);
}

}  // namespace

Literal nameOf(records::DeviceState state) {
  switch (state) {
    case records::DeviceState::kBound: return "bound";
    case records::DeviceState::kActive: return "active";
    case records::DeviceState::kRevoked: return "revoked";
    case records::DeviceState::kWiped: return "wiped";
    case records::DeviceState::kSuspended: return "suspended";
  }
  return "unknown";
}

Result<records::Device> requireDevice(ports::Unit& unit, const Backend& backend,
                                      const base::DeviceId& deviceId) {
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(deviceId));
  if (device && device->tenant == backend.tenant) return std::move(*device);
  return messages::refusal(messages::CpsStatus::kWalletUnknown, "no such device");
}

Result<DeviceView> viewOf(ports::Unit& unit, records::Device device) {
  DeviceView view;
  FLORIN_TRY_ASSIGN(const auto pending, unit.operations().pendingOf(device.deviceId, 1));
  FLORIN_TRY_ASSIGN(view.push, unit.pushes().find(device.deviceId));
  view.delivered = pending.empty();
  view.device = std::move(device);
  return view;
}

codec::JsonObject describe(const DeviceView& view) {
  const records::Device& device = view.device;
  codec::JsonObject json;
  json.add("deviceId", device.deviceId)
      .add("walletId", device.walletId)
      .add("state", nameOf(device.state).view());
  addLock(json, view);
  json.add("epoch", device.epoch)
      .add("createdMs", base::toMs(device.created))
      .add("lastSeenMs", base::toMs(device.lastSeen))
      .add("hasPushToken", !device.sealedPushToken.empty());
  if (view.push) json.add("push", describePush(*view.push));
  return json;
}

codec::JsonObject describeLock(const DeviceView& view) {
  codec::JsonObject json;
  json.add("state", nameOf(view.device.state).view());
  addLock(json, view);
  return json;
}

codec::JsonObject describeNoLock() {
  codec::JsonObject json;
  json.add("state", "none").add("suspendedBy", codec::JsonArray()).add("delivered", true);
  return json;
}

codec::JsonObject describePush(const records::Push& push) {
  return std::move(codec::JsonObject()
                       .add("deviceId", push.deviceId)
                       .add("attempts", push.attempts)
                       .add("createdMs", base::toMs(push.created))
                       .add("dueMs", base::toMs(push.due)));
}

}  // namespace florin::cps
