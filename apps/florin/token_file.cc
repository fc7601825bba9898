#include "token_file.h"

#include "bounds.h"
#include "posix/file.h"
#include "secrets.h"

namespace florin::apps {

Outcome<SecretBytes> readToken(const TokenKind& kind, const std::string& file) {
  const std::string advice = "; " + std::string(kind.advice);
  if (file.empty()) {
    return Failure{Exit::kInput, "no " + std::string(kind.name) + " token is known" + advice};
  }
  auto token = posix::readSecretFile(file, bounds::kToken);
  if (!token.ok()) {
    return Failure{Exit::kInput, "the " + std::string(kind.name) + " token file " + file +
                                     " cannot be used: " + describe(token.error()) + advice};
  }
  auto line = withoutLineEnd(*token);
  if (!isHeaderText(line)) return Failure{Exit::kInput, file + " holds no token" + advice};
  return line;
}

}  // namespace florin::apps
