#include "proof/webhook_signature.h"

#include <charconv>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/base64url.h"
#include "codec/wiped_buffer.h"
#include "crypto/hmac.h"

namespace florin::proof {
namespace {

constexpr std::string_view kVersion = "v1,";

void appendContent(codec::WipedBuffer& content, std::string_view id, std::string_view timestamp,
                   ByteView body) {
  for (const std::string_view part :
       {id, std::string_view("."), timestamp, std::string_view(".")}) {
    content.append(part);
  }
  content.append(base::asText(body));
}

bool isNow(std::string_view timestamp, base::Time now) {
  std::int64_t seconds = 0;
  const auto [stop, failed] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (failed != std::errc() || stop != timestamp.data() + timestamp.size()) return false;
  const std::int64_t ours = base::toMs(now) / 1000;
  const std::int64_t apart = std::chrono::seconds(base::limits::kWebhookClock).count();
  return seconds >= ours - apart && seconds <= ours + apart;
}

}  // namespace

Result<SecretBytes> readWebhookSecret(const SecretBytes& text) {
  constexpr std::string_view kPrefix = "whsec_";
  std::string_view view = base::asText(text.expose());
  if (view.ends_with('\n')) view.remove_suffix(1);
  if (!view.starts_with(kPrefix)) return Error(Code::kMalformed, "it does not begin with whsec_");
  FLORIN_TRY_ASSIGN(Bytes key, codec::fromBase64(view.substr(kPrefix.size())));
  SecretBytes secret = SecretBytes::take(std::move(key));
  if (secret.size() < 24 || secret.size() > 64) {
    return Error(Code::kMalformed, "its key has not 24 to 64 bytes");
  }
  return secret;
}

WebhookSignature signWebhook(const SecretBytes& key, std::string id, base::Time now,
                             const SecretBytes& body) {
  WebhookSignature made{std::move(id), {}, {}};
  made.timestamp =
      std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  codec::WipedBuffer content;
  appendContent(content, made.id, made.timestamp, body.expose());
  made.signature = kVersion;
  made.signature += codec::toBase64(crypto::hmacSha256(key, content.view()));
  return made;
}

Status verifyWebhook(const SecretBytes& key, base::Time now, const WebhookHeaders& headers,
                     ByteView body) {
  const Error notSigned(Code::kUnauthenticated, "the signature is not of this secret");
  if (!headers.signature.starts_with(kVersion)) return notSigned;
  const auto tag = codec::fromBase64(headers.signature.substr(kVersion.size()));
  codec::WipedBuffer content;
  appendContent(content, headers.id, headers.timestamp, body);
  if (!tag.ok() || !crypto::verifyHmac(key, content.view(), *tag)) return notSigned;
  if (isNow(headers.timestamp, now)) return {};
  return Error(Code::kUnauthenticated, "the webhook is of another time, or a clock is wrong");
}

}  // namespace florin::proof
