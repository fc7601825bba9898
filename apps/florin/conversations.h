// Conversations of the wallet with its backend, waited for: each calls the SDK with a listener and
// returns when the listener had its last call.
#pragma once

#include <functional>
#include <map>
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
  std::vector<IDVMethod> methods;  // of a yellow decision; green has none
};
Outcome<Digitized> digitize(WalletSession& session, CardInput card, const std::string& language);

// checkEligibility and the other digitize are the two halves of it.
Outcome<std::shared_ptr<MGDigitizationSession>> checkEligibility(WalletSession& session,
                                                                 EligibilityRequest request);
Outcome<Digitized> digitize(WalletSession& session,
                            const std::shared_ptr<MGDigitizationSession>& eligible,
                            SecretBytes authenticationToken);

// chooseMethod and activateCard go on with a yellow decision.
Done chooseMethod(WalletSession& session, PendingCardActivation& pending,
                  const std::string& methodId);
Done activateCard(WalletSession& session, PendingCardActivation& pending, SecretBytes otp);

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
  std::string lockReason;  // empty: none
};
Outcome<std::vector<ServerMessage>> synchronize(WalletSession& session);

// processPush does what a push asks for; nothing for one that is not of the wallet's backend.
Outcome<std::vector<ServerMessage>> processPush(WalletSession& session,
                                                const std::map<std::string, std::string>& bundle);
Done updatePushToken(WalletSession& session, const std::string& token);

// replenish asks for keys of one card; `force` also above the policy's threshold.
Outcome<std::vector<ServerMessage>> replenish(WalletSession& session,
                                              const std::string& tokenizedCardId, bool force);

// A wish of the cardholder, which the gateway accepts or refuses.
using Wish = void (MGCardLifeCycleManager::*)(const std::string& digitalCardId,
                                              std::shared_ptr<MGCardLifeCycleListener> listener);
Done ask(WalletSession& session, Wish wish, const std::string& digitalCardId);

// cardStatus gives the card as the backend has it.
Outcome<MGCardStatus> cardStatus(WalletSession& session, const std::string& digitalCardId);

// history gives what a card paid, the newest first.
Outcome<std::vector<MGTransactionRecord>> history(WalletSession& session,
                                                  const std::string& digitalCardId);

// lock stops the whole wallet, unlock ends that.
Done lock(WalletSession& session, LockReason reason);
Done unlock(WalletSession& session);

}  // namespace florin::apps
