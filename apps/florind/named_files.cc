#include "named_files.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "posix/file.h"
#include "proof/webhook_signature.h"

namespace florin::apps {

Failure wrong(const config::NamedFile& file, const std::string& text) {
  config::ConfigError error = file.where;
  error.text = file.path + " " + text;
  return {Exit::kInput, error.toString()};
}

Outcome<SecretBytes> readSecret(const config::NamedFile& file) {
  auto read = posix::readSecretFile(file.path);
  if (!read.ok()) {
    return wrong(file, "must be there and readable by its owner alone (chmod 600): " +
                           describe(read.error()));
  }
  return std::move(*read);
}

Outcome<std::string> readAuthorities(const config::NamedFile& file) {
  if (file.path.empty()) return std::string();
  const auto read = posix::readFile(file.path, base::limits::kCertificateFile);
  if (!read.ok()) return wrong(file, "cannot be read: " + describe(read.error()));
  std::string pem(base::asText(*read));
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return wrong(file, "holds no certificate: it must be PEM");
  }
  return pem;
}

Outcome<SecretBytes> readWebhookKey(const config::NamedFile& file) {
  FLORIN_TRY_ASSIGN(const SecretBytes text, readSecret(file));
  auto key = proof::readWebhookSecret(text);
  if (key.ok()) return std::move(*key);
  return wrong(
      file, "must hold \"whsec_\" and base64 of 24 to 64 random bytes: " + describe(key.error()));
}

}  // namespace florin::apps
