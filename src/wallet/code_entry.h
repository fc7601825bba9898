// Entry of an activation code by the application, byte by byte (wallet-api 2).
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "wallet/core.h"

namespace florin::wallet {

// The code as entered, or nothing when the entry was cancelled.
using CodeEntered = std::function<void(std::optional<SecretBytes>)>;

// makeCodeVerifier gives a verifier whose inputer ends in one call of `entered`, on the executor:
// with the code after finish(), with nothing when verifier or inputer are dropped without it.
std::shared_ptr<CHCodeVerifier> makeCodeVerifier(Core& core, CodeEntered entered);

}  // namespace florin::wallet
