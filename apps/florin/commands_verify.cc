// florin wallet verify
#include "commands.h"
#include "conversations.h"
#include "secrets.h"
#include "verification.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

std::string_view nameOf(PendingActivationState state) {
  switch (state) {
    case PendingActivationState::IDV_METHOD_NOT_SELECTED: return "IDV_METHOD_NOT_SELECTED";
    case PendingActivationState::OTP_NEEDED: return "OTP_NEEDED";
    case PendingActivationState::WEB_3DS_NEEDED: return "WEB_3DS_NEEDED";
    case PendingActivationState::APP2APP_NEEDED: break;
  }
  return "APP2APP_NEEDED";
}

// pendingCard gives the card that --digital-card-id names, or the only one that is pending.
Outcome<std::string> pendingCard(Wallet& wallet, const Options& options) {
  MGCardEnrollmentService& service = wallet.getCardEnrollmentService();
  if (!options.digitalCardId.empty()) {
    if (service.isCardActivationPending(options.digitalCardId)) return options.digitalCardId;
    return Failure{Exit::kInput, "nothing is pending for this card: see `florin wallet cards`"};
  }
  std::vector<std::string> pending;
  for (const auto& card : wallet.getDigitalizedCardManager().getAllCards()) {
    if (service.isCardActivationPending(card.digitalCardId)) pending.push_back(card.digitalCardId);
  }
  if (pending.size() == 1) return pending.front();
  return Failure{Exit::kInput,
                 pending.empty()
                     ? "no card here waits for its cardholder to be known; of a card that is not "
                       "enrolled yet give --digital-card-id, as `florin wallet digitize` printed it"
                     : "several cards wait: give --digital-card-id one of them"};
}

void show(Console& console, const PendingCardActivation& pending, const std::string& vault) {
  const PendingActivationState state = pending.getState();
  std::string next;
  switch (state) {
    case PendingActivationState::OTP_NEEDED:
      next = "The issuer has sent an OTP by " + pending.getSelectedMethod() +
             ". Next: florin wallet verify --vault " + vault + " --digital-card-id " +
             pending.getDigitalCardId() + " --otp -";
      break;
    case PendingActivationState::APP2APP_NEEDED:
      next = "The issuer activates the card; then: florin wallet sync";
      break;
    case PendingActivationState::IDV_METHOD_NOT_SELECTED:
    case PendingActivationState::WEB_3DS_NEEDED:
      next = "The issuer wants to know the cardholder. Next: florin wallet verify --method one of";
      break;
  }
  console.line(next);
  codec::JsonArray methods;
  for (const IDVMethod& method : pending.getIdvMethods()) {
    if (pending.getSelectedMethod().empty()) {
      console.line("  " + method.id + "  " + method.type + "  " + method.value);
    }
    methods.add(codec::JsonObject()
                    .add("id", std::string_view(method.id))
                    .add("type", std::string_view(method.type))
                    .add("value", std::string_view(method.value))
                    .add("otp", method.isOtpRequired));
  }
  console.result(codec::JsonObject()
                     .add("digitalCardId", std::string_view(pending.getDigitalCardId()))
                     .add("pending", nameOf(state))
                     .add("methods", methods)
                     .add("method", std::string_view(pending.getSelectedMethod())));
}

}  // namespace

Done walletVerify(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  MGCardEnrollmentService& service = session->wallet().getCardEnrollmentService();
  FLORIN_TRY_ASSIGN(const std::string id, pendingCard(session->wallet(), options));
  const auto pending = service.getPendingCardActivation(id);
  if (!options.method.empty()) FLORIN_TRY(chooseMethod(*session, *pending, options.method));
  if (!options.otp.empty()) {
    SecretInput input(console);
    FLORIN_TRY_ASSIGN(SecretBytes otp, input.fromOption("--otp", options.otp));
    FLORIN_TRY(activateCard(*session, *pending, std::move(otp)));
  }
  if (options.method.empty() && options.otp.empty() && canAsk(console)) {
    FLORIN_TRY(walkThrough(console, *session, id));
  }
  if (const auto now = service.getPendingCardActivation(id)) {
    show(console, *now, options.vault);
    return {};
  }
  console.line(
      "The issuer knows the cardholder. Next: `florin wallet enroll` or `activate` with the card's "
      "code, or `florin wallet sync` when it is here already.");
  console.result(codec::JsonObject()
                     .add("digitalCardId", std::string_view(id))
                     .add("pending", std::string_view("NONE")));
  return {};
}

}  // namespace florin::apps
