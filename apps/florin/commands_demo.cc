// florin demo: the whole flow, from nothing to an approved payment, over TLS and through the public
// SDK, against a florind of its own.
#include <algorithm>

#include "acquirer.h"
#include "base/bytes.h"
#include "bounds.h"
#include "codec/base64url.h"
#include "codec/luhn.h"
#include "commands.h"
#include "conversations.h"
#include "demo_server.h"
#include "payment_view.h"
#include "sample_issuer.h"
#include "secrets.h"
#include "temporary_folder.h"
#include "timeline.h"
#include "token_file.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

// The programs, and ranges of the issuer, that `florind init` makes.
struct DemoProgram {
  std::string_view name;
  std::string_view range;
};
constexpr DemoProgram kPrograms[] = {{"K2", "999900"}, {"K3", "999910"}, {"FLORIN", "999920"}};

Outcome<DemoProgram> programOf(const std::string& name) {
  const auto* const found = std::ranges::find(kPrograms, name, &DemoProgram::name);
  if (found != std::end(kPrograms)) return *found;
  return Failure{Exit::kUsage, "--program is K2, K3 or FLORIN"};
}

constexpr const char* kExpiry = "1235";
constexpr base::Money kAmount{1250, 978};

SecretBytes demoPan(std::string_view range, base::Random& random) {
  std::string digits(range);
  for (const std::uint8_t byte : random.bytes(9)) {
    digits.push_back(static_cast<char>('0' + byte % 10));
  }
  digits.push_back(codec::luhnDigit(base::asBytes(digits)).value());
  return SecretBytes::copyOf(base::asBytes(digits));
}

// Flow is the demonstration in its steps; each step ends in the timeline.
class Flow {
 public:
  Flow(Console& console, const DemoProgram& program, std::string decision,
       std::filesystem::path folder, Interrupts& interrupts)
      : console_(console),
        program_(program),
        decision_(std::move(decision)),
        folder_(std::move(folder)),
        interrupts_(interrupts),
        server_(folder_, interrupts),
        timeline_(console) {}

  Done run() {
    FLORIN_TRY(startBackend());
    FLORIN_TRY(makeWallet());
    if (decision_ == "red") return beDeclined();
    FLORIN_TRY(provision());
    if (decision_ == "yellow") FLORIN_TRY(verify());
    FLORIN_TRY(pay());
    return finish();
  }

 private:
  Done startBackend() {
    FLORIN_TRY(server_.init());
    timeline_.did("init", "operator",
                  "florind init: keys, TLS certificate, demo issuer, three programs");
    FLORIN_TRY(startIssuer());
    FLORIN_TRY(server_.serve());
    FLORIN_TRY_ASSIGN(connection_, server_.connection());
    timeline_.did("serve", "backend", "serves " + connection_.backend + ", TLS 1.3 only");
    return {};
  }

  // The issuer's webhook has a secret of this demonstration alone.
  Done startIssuer() {
    crypto::OsRandom random;
    const Bytes key = random.bytes(32);
    FLORIN_TRY_ASSIGN(issuer_, SampleIssuer::start(0, decision_, SecretBytes::copyOf(key)));
    return server_.askIssuer(issuer_->url(), "whsec_" + codec::toBase64(key) + "\n");
  }

  CardInput newCard() {
    return {demoPan(program_.range, session_->random()), kExpiry, {}, "FLORIN DEMO"};
  }

  // The issuer says no: nothing is made, and the application is told why.
  Done beDeclined() {
    const auto digitized = digitize(*session_, newCard(), "en");
    if (digitized.ok()) return Failure{Exit::kInternal, "a card that is declined was digitized"};
    if (digitized.error().name != "PROVISIONING_NOT_ALLOWED") return digitized.error();
    timeline_.did("digitize", "issuer", "asked by webhook: red, nothing was made");
    console_.line();
    console_.line(console_.paint(Colour::kRed, "declined") +
                  " by the issuer: PROVISIONING_NOT_ALLOWED");
    console_.result(codec::JsonObject()
                        .add("program", program_.name)
                        .add("decision", std::string_view(decision_))
                        .add("error", std::string_view(digitized.error().name))
                        .add("timings_ms", timeline_.json()));
    return {};
  }

  // The card is there, and inactive, until the issuer knows the cardholder.
  Done verify() {
    const std::string state(name(card_.state));
    const auto pending =
        session_->wallet().getCardEnrollmentService().getPendingCardActivation(card_.digitalCardId);
    if (pending == nullptr || pending->getIdvMethods().empty()) {
      return Failure{Exit::kInternal, "the yellow decision left nothing to do"};
    }
    const std::string method = pending->getIdvMethods().front().id;
    FLORIN_TRY(chooseMethod(*session_, *pending, method));
    FLORIN_TRY_ASSIGN(const std::string otp, otpOf(card_.digitalCardId));
    timeline_.did("otp", "issuer", "the card is " + state + "; an OTP is sent by " + method);
    FLORIN_TRY(activateCard(*session_, *pending, SecretBytes::copyOf(base::asBytes(otp))));
    FLORIN_TRY(synchronize(*session_));
    FLORIN_TRY_ASSIGN(card_, provisionedCard());
    timeline_.did("verify", "device",
                  "the OTP is right: the card is " + std::string(name(card_.state)));
    return {};
  }

  Outcome<std::string> otpOf(const std::string& digitalCardId) {
    while (const auto event = issuer_->take(interrupts_, bounds::kProbe)) {
      if (event->kind == IssuerEvent::Kind::kOtp && event->digitalCardId == digitalCardId) {
        return event->otp;
      }
    }
    if (interrupts_.pending()) return Interrupts::failure();
    return Failure{Exit::kInternal, "the sample issuer got no OTP to send"};
  }

  Done makeWallet() {
    const VaultFiles files{folder_ / "wallet.vault"};
    FLORIN_TRY_ASSIGN(session_, WalletSession::create(files, connection_, &interrupts_));
    timeline_.did("vault", "device", "new encrypted vault, new wallet id");
    FLORIN_TRY(secureEnroll(*session_));
    timeline_.did("wse", "device", "WSE: wallet key registered, backend's keys pinned");
    return {};
  }

  Done provision() {
    CardInput card = newCard();
    const std::string last = lastFour(card.pan);
    FLORIN_TRY_ASSIGN(Digitized digitized, digitize(*session_, std::move(card), "en"));
    timeline_.did("digitize", "backend",
                  "card *" + last + " digitized to program " + std::string(program_.name) + ": " +
                      decision_ + ", activation code");
    const auto code = std::make_shared<SecretBytes>(std::move(digitized.activationCode));
    FLORIN_TRY(enroll(*session_, {EnrollCall::kEnroll, "", "en",
                                  [code]() -> Outcome<SecretBytes> { return code->clone(); }}));
    FLORIN_TRY_ASSIGN(card_, provisionedCard());
    timeline_.did("enroll", "device",
                  "SPAKE2+ with the code, Noise exchange: profile and " +
                      std::to_string(card_.paymentsLeft) + " payments installed");
    return {};
  }

  Done pay() {
    FLORIN_TRY_ASSIGN(const SecretBytes token,
                      readToken(kAcquirerToken, connection_.acquirerTokenFile));
    FLORIN_TRY_ASSIGN(auto authorities, fetchAuthorities(session_->link(), token, &interrupts_));
    FLORIN_TRY_ASSIGN(
        const Payment payment,
        payAtTerminal(*session_,
                      {.card = card_, .amount = kAmount, .authorities = std::move(authorities)}));
    authentication_ = payment.result.authentication;
    if (!payment.result.request) {
      return declined(std::string(terminal::reasonName(payment.result.reason)));
    }
    timeline_.did("tap", "terminal",
                  "tap for " + base::formatMoney(kAmount) + ": " +
                      std::to_string(payment.steps.size()) + " commands, cryptogram" +
                      (isProved() ? " under the card's signature (CDA)" : ""));
    showExchange(console_, payment.steps, false);
    const auto request = makeRequest(connection_, *payment.result.request, session_->random());
    FLORIN_TRY_ASSIGN(verdict_, authorizeOnline(session_->link(), request, token, &interrupts_));
    timeline_.did("authorize", "acquirer",
                  "authorization: " + verdict_.reason + ", ATC " + std::to_string(verdict_.atc));
    FLORIN_TRY_ASSIGN(card_, provisionedCard());
    return {};
  }

  Done finish() {
    const auto enrollment = name(session_->wallet().getEnrollingBusinessService().isEnrolled());
    console_.line();
    console_.line("card *" + card_.panLastFour + " is " + std::string(name(card_.state)) + ", " +
                  std::to_string(card_.paymentsLeft) + " payments left; " +
                  milliseconds(timeline_.total()) + " ms in all");
    console_.line(console_.paint(verdict_.approved ? Colour::kGreen : Colour::kRed,
                                 verdict_.approved ? "approved" : "declined"));
    console_.result(codec::JsonObject()
                        .add("program", program_.name)
                        .add("decision", std::string_view(decision_))
                        .add("offlineAuthentication", nameOf(authentication_))
                        .add("enrollment", enrollment)
                        .add("card", cardJson(card_))
                        .add("keys", codec::JsonObject().add("left", card_.paymentsLeft))
                        .add("tap", verdictJson(verdict_))
                        .add("timings_ms", timeline_.json()));
    if (!verdict_.approved) return declined(verdict_.reason);
    return {};
  }

  Outcome<DigitalizedCard> provisionedCard() {
    const auto card = defaultCard(session_->wallet());
    if (!card) return Failure{Exit::kInternal, "the enrollment ended without a card"};
    return *card;
  }

  [[nodiscard]] bool isProved() const {
    return authentication_ == terminal::OfflineAuthentication::kDone;
  }

  Console& console_;
  const DemoProgram program_;
  const std::string decision_;
  std::filesystem::path folder_;
  Interrupts& interrupts_;
  std::unique_ptr<SampleIssuer> issuer_;  // ends after the server
  DemoServer server_;
  Timeline timeline_;
  Connection connection_;
  std::unique_ptr<WalletSession> session_;  // ends before the server
  DigitalizedCard card_;
  Verdict verdict_;
  terminal::OfflineAuthentication authentication_ = terminal::OfflineAuthentication::kNotDone;
};

}  // namespace

Done demo(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const DemoProgram program, programOf(options.program));
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto folder, TemporaryFolder::make(options.keep));
  Done done;
  {
    Flow flow(console, program, options.decision, folder.path(), interrupts);
    done = flow.run();
  }
  if (options.keep) console.warning("the folder " + folder.path().string() + " is kept");
  return done;
}

}  // namespace florin::apps
