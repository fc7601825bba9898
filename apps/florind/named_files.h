// Files that fields of florind.toml name: secrets and certificates. A Failure names the field.
#pragma once

#include <string>

#include "common/failure.h"
#include "config/push_config.h"
#include "florin/bytes.h"

namespace florin::apps {

Failure wrong(const config::NamedFile& file, const std::string& text);

// readSecret: the file must be readable by its owner alone.
Outcome<SecretBytes> readSecret(const config::NamedFile& file);

// readWebhookKey reads the secret of a webhook.
Outcome<SecretBytes> readWebhookKey(const config::NamedFile& file);

// readAuthorities gives PEM; empty when no file is named.
Outcome<std::string> readAuthorities(const config::NamedFile& file);

}  // namespace florin::apps
