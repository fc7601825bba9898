// Why a device is stopped, as a request says it (docs/life-cycle.md). OLD_VAULT is the backend's
// own finding, which nobody may claim.
#pragma once

#include <array>
#include <span>

#include "florin/bytes.h"
#include "florin/error.h"
#include "florin/result.h"

namespace florin::cps {

inline constexpr std::array kOperatorReasons{
    LockReason::LOST, LockReason::STOLEN, LockReason::FRAUD_SUSPECTED,
    LockReason::DEVICE_NOT_TRUSTED, LockReason::ACCOUNT_CLOSED};
inline constexpr std::array kCardholderReasons{LockReason::LOST, LockReason::STOLEN,
                                               LockReason::FRAUD_SUSPECTED};

// readLockReason reads a body that is empty or {"reason": a LockReason's name}. kInvalidArgument:
// it is none of `allowed`; kMalformed.
Result<LockReason> readLockReason(ByteView body, std::span<const LockReason> allowed);

}  // namespace florin::cps
