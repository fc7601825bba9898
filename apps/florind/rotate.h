// `florind rotate-channel-key`: a new channel key beside the one before (docs/operations.md).
#pragma once

#include <string>

#include "failure.h"

namespace florin::apps {

// rotateChannelKey changes the key file of a data directory that no florind serves.
Outcome rotateChannelKey(const std::string& dataDir);

}  // namespace florin::apps
