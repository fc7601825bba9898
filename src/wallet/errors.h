// What went wrong, in the words of the documented contract (wallet-api 6).
#pragma once

#include <optional>

#include "base/ids.h"
#include "florin/error.h"
#include "messages/gateway.h"
#include "messages/status.h"

namespace florin::wallet {

class Core;

// Failure is a request that got no answer to go on with. It is a report: nothing durable is changed
// by it but an attempt that it ends (D6).
struct Failure {
  Code code = Code::kInternal;  // kRefused: the backend answered `httpStatus`
  int httpStatus = 0;
  std::optional<messages::ErrorBody> body;

  // cpsStatus is the CPS's status, if it gave one that we know. A wrong code with no tries left is
  // kCodeTriesExceeded, here and in provisioningError.
  [[nodiscard]] std::optional<messages::CpsStatus> cpsStatus() const;
};

ProvisioningServiceError provisioningError(const Failure& failure);

// provisioningError of a verdict inside the channel.
ProvisioningServiceError provisioningError(messages::CpsStatus status,
                                           std::optional<std::uint32_t> triesLeft = {});

// provisioningError of an error of our own: what the backend sent is INVALID_SERVER_RESPONSE when
// it does not verify or has not its form. Anything else is SDK_STORAGE_ERROR when the vault could
// not store what it was last given, which passes when there is room again, or
// SDK_INTERNAL_COMPONENT_ERROR.
ProvisioningServiceError serverResponseError(const Error& error);
ProvisioningServiceError internalError(Core& core, const Error& error);

ProvisioningServiceError localError(ProvisioningServiceErrorCode code, Literal message);

MobileGatewayError gatewayError(const Failure& failure);
MobileGatewayError localGatewayError(MGErrorCode code, Literal message);

}  // namespace florin::wallet
