// Conversations of the wallet with its backend, waited for: each calls the SDK with a listener and
// returns when the listener had its last call.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "wallet_session.h"

namespace florin::apps {

// secureEnroll is WSE.
Done secureEnroll(WalletSession& session);

// checkBackend fails with INVALID_SERVER_RESPONSE when it is another backend than the wallet's.
Done checkBackend(WalletSession& session);

struct Digitized {
  std::string digitalCardId;
  SecretBytes activationCode;
};
Outcome<Digitized> digitize(WalletSession& session, CardInput card, const std::string& language);

// CodeSource gives the activation code when it is needed; it runs on the wallet's thread.
using CodeSource = std::function<Outcome<SecretBytes>()>;

enum class EnrollCall : std::uint8_t { kEnroll, kContinue, kActivate };

struct EnrollRequest {
  EnrollCall call = EnrollCall::kEnroll;
  std::string pushToken;
  std::string language;
  CodeSource code;
};
Done enroll(WalletSession& session, EnrollRequest request);

struct ServerMessage {
  std::string tokenizedCardId;
  std::string code;
};
Outcome<std::vector<ServerMessage>> synchronize(WalletSession& session);
Outcome<std::vector<ServerMessage>> replenish(WalletSession& session,
                                              const std::string& tokenizedCardId);

}  // namespace florin::apps
