#include "config/push_config.h"

#include <algorithm>

#include "config/toml_reader.h"

namespace florin::config {
namespace {

constexpr std::string_view kFcmUrl = "https://fcm.googleapis.com";
constexpr std::string_view kHmsOauthUrl = "https://oauth-login.cloud.huawei.com";
constexpr std::string_view kHmsUrl = "https://push-api.cloud.huawei.com";

bool isPlainUrl(std::string_view url) {
  return std::ranges::all_of(url, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~:/[]").find(c) != std::string_view::npos;
  });
}

// The address of this machine ends where the port or the path begins.
bool isLoopback(std::string_view url) {
  for (const std::string_view start : {"http://127.0.0.1", "http://[::1]"}) {
    if (!url.starts_with(start)) continue;
    const std::string_view rest = url.substr(start.size());
    return rest.empty() || rest.front() == ':' || rest.front() == '/';
  }
  return false;
}

bool isHttps(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  return url.starts_with(kScheme) && url.size() > kScheme.size() && url[kScheme.size()] != '/';
}

std::string baseUrl(TomlReader& reader, std::string_view key, std::string_view fallback) {
  std::string url = reader.string(key, std::string(fallback));
  if (!isHttps(url) || !isPlainUrl(url) || url.ends_with('/')) {
    reader.fail(key, "must be https://HOST[:PORT] without a '/' at its end");
  }
  return url;
}

FcmConfig readFcm(TomlReader reader) {
  FcmConfig fcm;
  fcm.serviceAccount = reader.file("service_account_file");
  fcm.baseUrl = baseUrl(reader, "base_url", kFcmUrl);
  fcm.authorities = reader.optionalFile("ca_file");
  reader.finish();
  return fcm;
}

HmsConfig readHms(TomlReader reader) {
  HmsConfig hms;
  hms.appId = reader.string("app_id");
  const bool digits = std::ranges::all_of(hms.appId, [](char c) { return c >= '0' && c <= '9'; });
  if (hms.appId.empty() || hms.appId.size() > 32 || !digits) {
    reader.fail("app_id", "must be 1 to 32 digits");
  }
  hms.clientSecret = reader.file("client_secret_file");
  hms.oauthUrl = baseUrl(reader, "oauth_url", kHmsOauthUrl);
  hms.baseUrl = baseUrl(reader, "base_url", kHmsUrl);
  hms.authorities = reader.optionalFile("ca_file");
  reader.finish();
  return hms;
}

}  // namespace

WebhookConfig readWebhookConfig(TomlReader& reader) {
  WebhookConfig webhook;
  webhook.url = reader.string("url");
  if (!(isHttps(webhook.url) || isLoopback(webhook.url)) || !isPlainUrl(webhook.url)) {
    reader.fail("url", "must be https://HOST[:PORT][/PATH]; http:// only to 127.0.0.1 or [::1]");
  }
  webhook.secret = reader.file("secret_file");
  webhook.authorities = reader.optionalFile("ca_file");
  return webhook;
}

PushConfig readPushConfig(TomlReader reader) {
  PushConfig push;
  if (reader.has("fcm")) push.fcm = readFcm(reader.table("fcm"));
  if (reader.has("hms")) push.hms = readHms(reader.table("hms"));
  if (reader.has("webhook")) {
    TomlReader webhook = reader.table("webhook");
    push.webhook = readWebhookConfig(webhook);
    webhook.finish();
  }
  push.webhookIsDefault = push.webhook && !push.fcm;
  if (push.webhook && push.fcm) {
    const std::string word = reader.string("default");
    if (word != "fcm" && word != "webhook") {
      reader.fail("default", "says who carries tokens without \"HMS:\": \"fcm\" or \"webhook\"");
    }
    push.webhookIsDefault = word == "webhook";
  }
  reader.finish();
  return push;
}

}  // namespace florin::config
