// The life of an enrolled device as one table: what an event makes of each state
// (docs/life-cycle.md). Its suspenders are a set (tsp/suspenders.h).
#pragma once

#include <array>
#include <optional>

#include "florin/result.h"
#include "records/tokens.h"
#include "records/wallets.h"

namespace florin::cps {

// Resume is the event of the last suspender: as long as others are left the state stays.
enum class DeviceEvent : std::uint8_t { kSuspend, kResume, kRevoke };

// Rows by DeviceState from kBound on, columns by DeviceEvent; nothing is a refusal.
inline constexpr auto kDeviceTable = [] {
  using enum records::DeviceState;
  constexpr std::nullopt_t kRefused = std::nullopt;
  return std::array<std::array<std::optional<records::DeviceState>, 3>, 5>{{
      // suspend   resume   revoke
      {kRefused, kRefused, kRevoked},   // bound
      {kSuspended, kActive, kRevoked},  // active
      {kRefused, kRefused, kRevoked},   // revoked
      {kRefused, kRefused, kRefused},   // wiped
      {kSuspended, kActive, kRevoked},  // suspended
  }};
}();

// An event, who causes it, and why; `by` counts for suspend and resume only.
struct DeviceStep {
  DeviceEvent event = DeviceEvent::kSuspend;
  records::Suspender by = records::Suspender::kOperator;
  LockReason reason = LockReason::NONE;
  std::string token = {};  // Actor's, for the audit log
};

// Why a step was refused: the detail of its Error. The numbers are none of tsp::CardRefusal's.
enum class DeviceRefusal : std::uint8_t { kWrongState = 11, kSuspendedByOthers = 12 };

// stepped gives the row after a step; the same row when the step changes nothing. The first reason
// that was given stays until the device is active again; OLD_VAULT then, too, so that the device
// may be brought up to date. kWrongState with a DeviceRefusal: the table refuses it, or only others
// have suspended the device that is to be resumed.
Result<records::Device> stepped(records::Device device, const DeviceStep& step);

// isRefusedStep tells whether an Error carries a DeviceRefusal.
bool isRefusedStep(const Error& error);

}  // namespace florin::cps
