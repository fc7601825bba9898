// What the SDK reports, as one line with what to do next and an exit status.
#pragma once

#include "backend_link.h"
#include "common/failure.h"
#include "florin/error.h"

namespace florin::apps {

Failure failureOf(const ProvisioningServiceError& error, const BackendLink& link);
Failure failureOf(const MobileGatewayError& error, const BackendLink& link);

}  // namespace florin::apps
