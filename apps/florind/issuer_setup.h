// The issuers of florind.toml, as the gateway asks them.
#pragma once

#include <memory>

#include "common/failure.h"
#include "config/server_config.h"
#include "issuers/webhook_issuers.h"

namespace florin::apps {

// makeIssuers reads the files that the configuration names. `clock` and `log` are borrowed.
Outcome<std::unique_ptr<ports::Issuers>> makeIssuers(
    const std::vector<config::IssuerDecisionConfig>& configs, base::Clock& clock, Log& log);

}  // namespace florin::apps
