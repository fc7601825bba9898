// florin wallet lock | unlock
#include <algorithm>
#include <array>

#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

Outcome<LockReason> readReason(const Options& options) {
  constexpr std::array kReasons{LockReason::LOST, LockReason::STOLEN, LockReason::FRAUD_SUSPECTED};
  if (options.reason.empty()) return LockReason::NONE;
  const auto* const found = std::ranges::find_if(
      kReasons, [&](LockReason reason) { return name(reason) == options.reason; });
  if (found != kReasons.end()) return *found;
  return Failure{Exit::kUsage, "--reason is LOST, STOLEN or FRAUD_SUSPECTED"};
}

// refused says more than the code, which stands for cards as well.
Failure refused(Failure failure, const char* text) {
  const auto code = name(MGErrorCode::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION);
  if (failure.name == code) failure.text = std::string(text) + " [" + std::string(code) + "]";
  return failure;
}

// A locked device is refused its exchange, and told in it to stop its cards.
bool saysLocked(const Outcome<std::vector<ServerMessage>>& messages) {
  return !messages.ok() &&
         messages.error().name == name(ProvisioningServiceErrorCode::DEVICE_SUSPICIOUS);
}

Failure notToldYet(Failure failure) {
  failure.text = "the backend accepted, but did not tell this wallet yet: " + failure.text +
                 "; `florin wallet sync` fetches it";
  return failure;
}

void show(Console& console, WalletSession& session, bool locked, const std::string& reason) {
  console.line();
  showCards(console, session.wallet());
  codec::JsonObject object;
  object.add("locked", locked);
  if (!reason.empty()) object.add("lockReason", reason);
  console.result(object.add("cards", cardsJson(session.wallet())));
}

}  // namespace

Done walletLock(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const LockReason reason, readReason(options));
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  const Done asked = lock(*session, reason);
  if (!asked.ok()) {
    return refused(asked.error(),
                   "only an enrolled wallet can be locked, and one that was revoked is at its end: "
                   "run `florin wallet sync`, then see `florin wallet status`");
  }
  console.line("Locked: the backend declines every card of this wallet. Nothing was erased;");
  console.line("`florin wallet unlock` ends it.");
  const auto told = synchronize(*session);
  if (!told.ok() && !saysLocked(told)) return notToldYet(told.error());
  show(console, *session, true, told.ok() ? "" : told.error().lockReason);
  return {};
}

Done walletUnlock(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  const Done asked = unlock(*session);
  if (!asked.ok()) {
    return refused(asked.error(),
                   "this wallet did not lock itself, or was revoked: ask the backend's operator, "
                   "who may have suspended it");
  }
  const auto told = synchronize(*session);
  if (saysLocked(told)) {
    Failure failure = told.error();
    failure.text =
        "this wallet's own lock is off, but the backend's operator has suspended it, "
        "too: ask him [" +
        failure.name + "]";
    return failure;
  }
  if (!told.ok()) return notToldYet(told.error());
  console.line("Unlocked.");
  show(console, *session, false, "");
  return {};
}

}  // namespace florin::apps
