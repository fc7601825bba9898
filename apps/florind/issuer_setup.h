// The issuers of florind.toml, as the gateway asks them.
#pragma once

#include <memory>

#include "common/failure.h"
#include "config/server_config.h"
#include "cps/configuration_routes.h"
#include "issuers/webhook_issuers.h"
#include "issuers/webhook_notices.h"
#include "notify/notices.h"
#include "proof/decision_token.h"

namespace florin::apps {

// makeIssuers reads the files that the configuration names. At most half of the workers wait for
// issuers. `clock` and `log` are borrowed.
Outcome<std::unique_ptr<ports::Issuers>> makeIssuers(const config::ServerConfig& config,
                                                     base::Clock& clock, Log& log);

// readIssuerKeys reads the public keys that issuers sign decisions with.
Outcome<std::vector<proof::IssuerKey>> readIssuerKeys(const config::ServerConfig& config);
// makeNoticeSender gives none when no issuer wants to be told anything; noticeWishes says what they
// want.
Outcome<std::unique_ptr<ports::NoticeSender>> makeNoticeSender(const config::ServerConfig& config,
                                                               base::Clock& clock);
std::vector<notify::NoticeWish> noticeWishes(const config::ServerConfig& config);

// issuerFacts gives what operators may see of it.
std::vector<cps::IssuerFacts> issuerFacts(const config::ServerConfig& config);

}  // namespace florin::apps
