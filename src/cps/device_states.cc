#include "cps/device_states.h"

#include "tsp/suspenders.h"

namespace florin::cps {
namespace {

using records::DeviceState;

Error refusal(Literal text, DeviceRefusal reason) {
  return {Code::kWrongState, text, static_cast<std::int64_t>(reason)};
}

std::optional<DeviceState> next(DeviceState state, DeviceEvent event) {
  const auto row = static_cast<std::size_t>(state) - static_cast<std::size_t>(DeviceState::kBound);
  return kDeviceTable.at(row).at(static_cast<std::size_t>(event));
}

// What a suspension says of its reason, beside what was said before.
LockReason suspendedFor(const records::Device& device, LockReason reason) {
  const bool said =
      device.state == DeviceState::kSuspended && device.lockReason != LockReason::NONE;
  return said ? device.lockReason : reason;
}

}  // namespace

Result<records::Device> stepped(records::Device device, const DeviceStep& step) {
  const auto after = next(device.state, step.event);
  if (!after) {
    return refusal("the device's state does not allow it", DeviceRefusal::kWrongState);
  }
  switch (step.event) {
    case DeviceEvent::kSuspend:
      device.lockReason = suspendedFor(device, step.reason);
      device.suspenders = tsp::withSuspender(device.suspenders, step.by);
      break;
    case DeviceEvent::kResume: {
      const auto left = tsp::withoutSuspender(device.suspenders, step.by);
      if (!left) {
        return refusal("the device was suspended by others", DeviceRefusal::kSuspendedByOthers);
      }
      device.suspenders = *left;
      if (*left != 0) return device;
      if (device.lockReason != LockReason::OLD_VAULT) device.lockReason = LockReason::NONE;
      break;
    }
    case DeviceEvent::kRevoke:
      if (device.state != DeviceState::kRevoked) device.lockReason = step.reason;
      device.suspenders = 0;
      break;
  }
  device.state = *after;
  return device;
}

bool isRefusedStep(const Error& error) {
  return error.code() == Code::kWrongState &&
         error.detail() >= static_cast<std::int64_t>(DeviceRefusal::kWrongState) &&
         error.detail() <= static_cast<std::int64_t>(DeviceRefusal::kSuspendedByOthers);
}

}  // namespace florin::cps
