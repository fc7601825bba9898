// Exchanges with a backend that is killed again and again.
#pragma once

#include "load_options.h"

namespace florin::bench {

// exchangeAndKill lets devices come for keys while their florind is killed and started every so
// many seconds, and then holds what they got against its store. A failure: something was lost, or
// took effect twice.
apps::Done exchangeAndKill(const LoadOptions& options, double everySeconds);

}  // namespace florin::bench
