// Push services as florind.toml names them.
#pragma once

#include <memory>

#include "base/time.h"
#include "common/failure.h"
#include "config/push_config.h"
#include "ports/push_sender.h"

namespace florin::apps {

// makePushSender reads the files that the configuration names; null when no service is configured.
// A failure names the field and its line, and never says what stands in the file. `clock` must
// outlive the sender.
Outcome<std::unique_ptr<ports::PushSender>> makePushSender(const config::PushConfig& config,
                                                           base::Clock& clock);

}  // namespace florin::apps
