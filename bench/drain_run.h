// `florin-bench digitize --drain`: digitizations until florind is ended with SIGTERM, and every
// request is held against what became of it.
#pragma once

#include "common/failure.h"
#include "load_options.h"

namespace florin::bench {

// digitizeAndDrain ends florind after `options.seconds`. kInternal: a request that florind had
// begun to read was not answered, a digitization was stored and not answered, or florind did not
// end in order within limits::kHttpDrain.
apps::Done digitizeAndDrain(const LoadOptions& options);

}  // namespace florin::bench
