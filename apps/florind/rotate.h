// `florind rotate-channel-key`: a new channel key beside the one before (docs/operations.md).
#pragma once

#include <string>

#include "common/failure.h"

namespace florin::apps {

// rotateChannelKey changes the key file of a data directory that no florind serves.
Done rotateChannelKey(const std::string& dataDir);

}  // namespace florin::apps
