// Entry of an activation code by the application, byte by byte (wallet-api 2).
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "wallet/notifier.h"

namespace florin::wallet {

// A code that has its form, or what the conversation ends with.
using CodeOrError = std::variant<SecretBytes, ProvisioningServiceError>;

// askCode calls onCodeRequired, and `entered` once, on the executor: with the code after finish(),
// with an error when verifier or inputer are dropped without it or the code has not its form.
void askCode(Core& core, Notifier<EnrollingServiceListener> told,
             std::function<void(CodeOrError)> entered);

}  // namespace florin::wallet
