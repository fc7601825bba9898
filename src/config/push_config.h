// Push services of florind.toml: [push.fcm], [push.hms] and [push.webhook] (docs/push.md). Secrets
// stand in files of their own, which these fields name.
#pragma once

#include <optional>
#include <string>

#include "config/config_error.h"

namespace florin::config {

class TomlReader;

// NamedFile is a file that a field names. `where` says which, for errors about the file itself.
struct NamedFile {
  std::string path;  // empty: none
  ConfigError where;
};

struct FcmConfig {
  NamedFile serviceAccount;
  std::string baseUrl;
  NamedFile authorities;
};

struct HmsConfig {
  std::string appId;
  NamedFile clientSecret;
  std::string oauthUrl;
  std::string baseUrl;
  NamedFile authorities;
};

struct WebhookConfig {
  std::string url;
  NamedFile secret;
  NamedFile authorities;
};

struct PushConfig {
  std::optional<FcmConfig> fcm;
  std::optional<HmsConfig> hms;
  std::optional<WebhookConfig> webhook;
  bool webhookIsDefault = false;  // it carries the tokens without "HMS:"; otherwise FCM does
};

// readWebhookConfig, internal to this room, reads url, secret_file and ca_file of a table; who
// calls it reads what else there may be, and finishes it.
WebhookConfig readWebhookConfig(TomlReader& reader);

// readPushConfig, internal to this room, reads the table "push". A service without its table is not
// configured.
PushConfig readPushConfig(TomlReader reader);

}  // namespace florin::config
