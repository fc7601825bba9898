// florin wallet digitize: may the card come, the terms, the decision, and ID&V.
#include <iostream>

#include "base/limits.h"
#include "commands.h"
#include "conversations.h"
#include "proof/capture.h"
#include "secrets.h"
#include "terms_view.h"
#include "token_file.h"
#include "verification.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

Outcome<CardInput> readCard(SecretInput& input, const Options& options) {
  FLORIN_TRY_ASSIGN(const SecretBytes pan, input.fromOption("--pan", options.pan));
  CardInput card{withoutSpaces(pan), options.expiry, {}, options.holderName, options.nonce};
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
  const proof::CardData data{card.pan.clone(), card.expiry, card.cvv.clone(), card.holderName,
                             card.nonce.empty() ? "0" : card.nonce};
  if (const Status status = proof::checkCardData(data); !status.ok()) {
    return Failure{Exit::kInput,
                   "the card data has not its form: --exp is MMYY, --cvv 3 or 4 digits, --name at "
                   "most 64 bytes, --nonce 1 to 50 characters of 0-9A-Za-z_-",
                   "INVALID_CARD_DATA"};
  }
  return {};
}

Outcome<CardSource> readSource(SecretInput& input, const Options& options) {
  if (options.pushSession.empty() == options.pan.empty()) {
    return Failure{Exit::kUsage, "give either --pan and --exp, or --push-session"};
  }
  if (!options.pushSession.empty()) {
    FLORIN_TRY_ASSIGN(SecretBytes id, input.fromOption("--push-session", options.pushSession));
    return CardSource(PushedCard{std::move(id)});
  }
  FLORIN_TRY_ASSIGN(CardInput card, readCard(input, options));
  FLORIN_TRY(checkCard(card));
  return CardSource(std::move(card));
}

Outcome<SecretBytes> readAuthenticationToken(const Options& options) {
  if (options.authenticationTokenFile.empty()) return SecretBytes();
  constexpr TokenKind kToken{"authentication",
                             "give --authentication-token-file a file, mode 0600, that holds the "
                             "JWT that the issuer signed",
                             base::limits::kDecisionToken + 2};  // and a line end
  return readToken(kToken, options.authenticationTokenFile);
}

// acceptTerms shows the terms and waits for the cardholder's yes. A script says it beforehand.
Done acceptTerms(Console& console, MGDigitizationSession& session, const Options& options) {
  const auto terms = session.getTermsAndConditions();
  if (!terms) return {};
  console.line(session.getProduct() + " of " + session.getIssuerName() + ", card *" +
               session.getPanLastFour() + ", comes with these terms and conditions:");
  console.line();
  console.line(readable(*terms));
  console.line();
  if (options.acceptTerms) {
    session.acceptTerms();
    return {};
  }
  if (!canAsk(console)) {
    console.result(codec::JsonObject()
                       .add("product", std::string_view(session.getProduct()))
                       .add("terms", codec::JsonObject()
                                         .add("language", std::string_view(terms->language))
                                         .add("contentType", std::string_view(terms->contentType))
                                         .add("text", std::string_view(terms->text))));
    return Failure{Exit::kInput,
                   "the card comes with terms and conditions: read them above, then say "
                   "--accept-terms"};
  }
  std::cout << "Accept? Type yes: " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer != "yes") {
    return Failure{Exit::kInput, "the terms were not accepted: nothing was digitized"};
  }
  session.acceptTerms();
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

// nextCommand takes the activation code.
std::string nextCommand(EnrollmentStatus status) {
  switch (status) {
    case EnrollmentStatus::ENROLLMENT_NEEDED: return "enroll";
    case EnrollmentStatus::ENROLLMENT_IN_PROGRESS: return "continue";
    case EnrollmentStatus::ENROLLMENT_COMPLETE: break;
  }
  return "activate";
}

codec::JsonArray showMethods(Console& console, const Digitized& digitized, bool walks) {
  if (!digitized.methods.empty() && !walks) {
    console.line("Also: florin wallet verify --method M, of these:");
  }
  codec::JsonArray methods;
  for (const IDVMethod& method : digitized.methods) {
    if (!walks) console.line("  " + method.id + "  " + method.type + "  " + method.value);
    methods.add(codec::JsonObject()
                    .add("id", std::string_view(method.id))
                    .add("type", std::string_view(method.type))
                    .add("value", std::string_view(method.value))
                    .add("otp", method.isOtpRequired));
  }
  return methods;
}

}  // namespace

Done walletDigitize(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  SecretInput input(console);
  FLORIN_TRY_ASSIGN(CardSource source, readSource(input, options));
  FLORIN_TRY_ASSIGN(SecretBytes token, readAuthenticationToken(options));
  FLORIN_TRY_ASSIGN(
      const auto eligible,
      checkEligibility(*session, {std::move(source), options.language, options.correlationId}));
  FLORIN_TRY(acceptTerms(console, *eligible, options));
  FLORIN_TRY_ASSIGN(const Digitized digitized, digitize(*session, eligible, std::move(token)));
  const auto next = nextCommand(session->wallet().getEnrollingBusinessService().isEnrolled());
  const bool yellow = !digitized.methods.empty();
  const bool walks = yellow && canAsk(console);
  const std::string code = shown(digitized.activationCode);
  console.line(yellow ? "The issuer wants to know the cardholder before digital card " +
                            digitized.digitalCardId + " can pay."
                      : "The issuer approved: digital card " + digitized.digitalCardId + ".");
  console.line("Activation code, shown only now and stored nowhere on this side:");
  console.line("  " + console.paint(Colour::kBold, code));
  console.line("Next: florin wallet " + next + " --vault " + options.vault);
  const codec::JsonArray methods = showMethods(console, digitized, walks);
  codec::JsonObject object;
  object.add("digitalCardId", digitized.digitalCardId)
      .add("activationCode", code)
      .add("decision", std::string_view(yellow ? "yellow" : "green"))
      .add("correlationId", std::string_view(eligible->getCorrelationId()));
  if (yellow) object.add("methods", methods);
  console.result(object);
  if (walks) return walk(console, *session, digitized.digitalCardId);
  return {};
}

}  // namespace florin::apps
