// A push is written in the unit of work that it tells of.
#pragma once

#include "ports/push_sender.h"
#include "ports/store.h"

namespace florin::ports {

// putPush writes a push in the caller's unit and rings: the worker's own unit comes after it, so it
// finds the row. Nothing when there is no bell, or the device has no push token.
inline Status putPush(Unit& unit, PushBell* bell, const records::Device& device,
                      const base::DigitalCardId& card, base::Time now) {
  if (bell == nullptr || device.sealedPushToken.empty()) return {};
  FLORIN_TRY(unit.pushes().put(device.tenant, device.deviceId, card, now));
  bell->ring();
  return {};
}

}  // namespace florin::ports
