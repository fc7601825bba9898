#include "verification.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "conversations.h"
#include "secrets.h"

namespace florin::apps {
namespace {

constexpr unsigned kMistypes = 3;  // ids of methods that there are not

Outcome<std::string> askMethod(Console& console, const std::vector<IDVMethod>& methods) {
  if (methods.size() == 1) return methods.front().id;
  for (const IDVMethod& method : methods) {
    console.line("  " + method.id + "  " + method.type + "  " + method.value);
  }
  for (unsigned i = 0; i < kMistypes; ++i) {
    std::cout << "Method: " << std::flush;
    std::string id;
    if (!std::getline(std::cin, id)) break;
    if (std::ranges::find(methods, id, &IDVMethod::id) != methods.end()) return id;
    console.line("There is no method `" + id + "`: type one of the first column.");
  }
  return Failure{Exit::kInput,
                 "no method was chosen: go on with `florin wallet verify` when you like"};
}

// enterOtp hands one password in. Gives whether it was right; a failure ends the walk.
Outcome<bool> enterOtp(Console& console, WalletSession& session, PendingCardActivation& pending) {
  SecretInput input(console);
  FLORIN_TRY_ASSIGN(SecretBytes otp, input.ask("--otp", "One-time password, or Enter for another"));
  if (otp.empty()) {
    FLORIN_TRY(chooseMethod(session, pending, pending.getSelectedMethod()));
    console.line("Another one is on its way; the one before counts no more.");
    return false;
  }
  const Done done = activateCard(session, pending, std::move(otp));
  if (done.ok()) return true;
  if (done.error().remainingTries.value_or(0) == 0) return done.error();
  console.warning(done.error().text);
  return false;
}

}  // namespace

bool canAsk(const Console& console) {
  return !console.json() && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

Done walkThrough(Console& console, WalletSession& session, const std::string& digitalCardId) {
  MGCardEnrollmentService& service = session.wallet().getCardEnrollmentService();
  const auto first = service.getPendingCardActivation(digitalCardId);
  if (first == nullptr) return {};
  if (first->getSelectedMethod().empty()) {
    FLORIN_TRY_ASSIGN(const std::string method, askMethod(console, first->getIdvMethods()));
    FLORIN_TRY(chooseMethod(session, *first, method));
  }
  bool right = false;
  while (!right) {
    const auto pending = service.getPendingCardActivation(digitalCardId);
    if (pending == nullptr || pending->getState() != PendingActivationState::OTP_NEEDED) return {};
    console.line("The issuer has sent a one-time password by " + pending->getSelectedMethod() +
                 ".");
    FLORIN_TRY_ASSIGN(right, enterOtp(console, session, *pending));
  }
  return {};
}

}  // namespace florin::apps
