// Tokens of the backend's APIs, and secrets of its webhooks. They come from files that only their
// owner may read, never from the command line, and are not remembered.
#pragma once

#include <string>
#include <string_view>

#include "bounds.h"
#include "common/failure.h"
#include "florin/bytes.h"

namespace florin::apps {

// TokenKind is what a token is for, and what to give when there is none that can be used.
struct TokenKind {
  std::string_view name;
  std::string_view advice;
  std::size_t longest = bounds::kToken;
};

inline constexpr TokenKind kAcquirerToken{
    "acquirer", "give --acquirer-token-file the acquirer.token of the backend's data directory"};
inline constexpr TokenKind kAcquirerApiToken{
    "acquirer", "give --token-file the acquirer.token of the backend's data directory, mode 0600"};
inline constexpr TokenKind kIssuerToken{
    "issuer", "give --token-file the issuer.token of the backend's data directory, mode 0600"};
inline constexpr TokenKind kOperatorToken{"operator",
                                          "give --token-file a file, mode 0600, that holds what "
                                          "`florind init` printed as operator token"};

// readToken: kInput when no file is named or it cannot be used.
Outcome<SecretBytes> readToken(const TokenKind& kind, const std::string& file);

// readWebhookSecret reads the secret that signs a webhook; `setting` is the one of florind.toml
// that names the same file. kInput.
Outcome<SecretBytes> readWebhookSecret(const std::string& file, const std::string& setting);

}  // namespace florin::apps
