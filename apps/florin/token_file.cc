#include "token_file.h"

#include "posix/file.h"
#include "proof/webhook_signature.h"
#include "secrets.h"

namespace florin::apps {

Outcome<SecretBytes> readToken(const TokenKind& kind, const std::string& file) {
  const std::string advice = "; " + std::string(kind.advice);
  if (file.empty()) {
    return Failure{Exit::kInput, "no " + std::string(kind.name) + " token is known" + advice};
  }
  auto token = posix::readSecretFile(file, kind.longest);
  if (!token.ok()) {
    return Failure{Exit::kInput, "the " + std::string(kind.name) + " token file " + file +
                                     " cannot be used: " + describe(token.error()) + advice};
  }
  auto line = withoutLineEnd(*token);
  if (!isHeaderText(line)) return Failure{Exit::kInput, file + " holds no token" + advice};
  return line;
}

Outcome<SecretBytes> readWebhookSecret(const std::string& file, const std::string& setting) {
  const auto text = posix::readSecretFile(file);
  if (!text.ok()) {
    return Failure{Exit::kInput, file + " cannot be read: " + describe(text.error()) +
                                     "; it is the file that " + setting + " names, of mode 0600"};
  }
  auto key = proof::readWebhookSecret(*text);
  if (key.ok()) return std::move(*key);
  return Failure{Exit::kInput, file + " must hold \"whsec_\" and base64 of 24 to 64 bytes: " +
                                   describe(key.error())};
}

}  // namespace florin::apps
