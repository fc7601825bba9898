// florin wallet digitize | cards | sync
#include "commands.h"
#include "conversations.h"
#include "proof/capture.h"
#include "secrets.h"
#include "verification.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

Outcome<CardInput> readCard(Console& console, const Options& options) {
  SecretInput input(console);
  FLORIN_TRY_ASSIGN(const SecretBytes pan, input.fromOption("--pan", options.pan));
  CardInput card{withoutSpaces(pan), options.expiry, {}, options.holderName};
  if (!options.cvv.empty()) {
    FLORIN_TRY_ASSIGN(card.cvv, input.fromOption("--cvv", options.cvv));
  }
  return card;
}

// checkCard finds what is wrong before anything is sent, and names it.
Done checkCard(const CardInput& card) {
  if (!isPan(card.pan)) {
    return Failure{Exit::kInput,
                   "the PAN is not 12 to 19 digits with a right check digit: type it again",
                   "INVALID_CARD_DATA"};
  }
  const proof::CardData data{card.pan.clone(), card.expiry, card.cvv.clone(), card.holderName, "0"};
  if (const Status status = proof::checkCardData(data); !status.ok()) {
    return Failure{Exit::kInput,
                   "the card data has not its form: --exp is MMYY, --cvv 3 or 4 digits, --name at "
                   "most 64 bytes",
                   "INVALID_CARD_DATA"};
  }
  return {};
}

// walk goes on with ID&V at once. What fails or is given up there is no failure of digitization.
Done walk(Console& console, WalletSession& session, const std::string& digitalCardId) {
  const Done done = walkThrough(console, session, digitalCardId);
  if (!done.ok()) console.warning(done.error().text + "; go on with `florin wallet verify`");
  const auto pending =
      session.wallet().getCardEnrollmentService().getPendingCardActivation(digitalCardId);
  if (pending == nullptr) console.line("The issuer knows the cardholder now.");
  return {};
}

}  // namespace

Done walletDigitize(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(CardInput card, readCard(console, options));
  FLORIN_TRY(checkCard(card));
  FLORIN_TRY_ASSIGN(const Digitized digitized,
                    digitize(*session, std::move(card), options.language));
  const bool enrolled = session->wallet().getEnrollingBusinessService().isEnrolled() ==
                        EnrollmentStatus::ENROLLMENT_COMPLETE;
  const bool yellow = !digitized.methods.empty();
  const std::string code = shown(digitized.activationCode);
  console.line(yellow ? "The issuer wants to know the cardholder before digital card " +
                            digitized.digitalCardId + " can pay."
                      : "The issuer approved: digital card " + digitized.digitalCardId + ".");
  console.line("Activation code, shown only now and stored nowhere on this side:");
  console.line("  " + console.paint(Colour::kBold, code));
  console.line("Next: florin wallet " + std::string(enrolled ? "activate" : "enroll") +
               " --vault " + options.vault);
  codec::JsonArray methods;
  const bool walks = yellow && canAsk(console);
  if (yellow && !walks) console.line("Also: florin wallet verify --method M, of these:");
  for (const IDVMethod& method : digitized.methods) {
    if (!walks) console.line("  " + method.id + "  " + method.type + "  " + method.value);
    methods.add(codec::JsonObject()
                    .add("id", std::string_view(method.id))
                    .add("type", std::string_view(method.type))
                    .add("value", std::string_view(method.value))
                    .add("otp", method.isOtpRequired));
  }
  codec::JsonObject object;
  object.add("digitalCardId", digitized.digitalCardId)
      .add("activationCode", code)
      .add("decision", std::string_view(yellow ? "yellow" : "green"));
  if (yellow) object.add("methods", methods);
  console.result(object);
  if (walks) return walk(console, *session, digitized.digitalCardId);
  return {};
}

Done walletCards(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  showCards(console, session->wallet());
  console.result(codec::JsonObject().add("cards", cardsJson(session->wallet())));
  return {};
}

Done walletSync(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(auto messages, synchronize(*session));
  for (const auto& card : session->wallet().getDigitalizedCardManager().getAllCards()) {
    if (!card.needsReplenishment || card.state != CardState::ACTIVE) continue;
    FLORIN_TRY_ASSIGN(const auto more, replenish(*session, card.tokenizedCardId, false));
    messages.insert(messages.end(), more.begin(), more.end());
  }
  showReceived(console, session->wallet(), messages);
  return {};
}

}  // namespace florin::apps
