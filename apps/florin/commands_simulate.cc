// florin issuer simulate
#include "api_view.h"
#include "base/money.h"
#include "commands.h"
#include "sample_issuer.h"
#include "token_file.h"

namespace florin::apps {
namespace {

constexpr auto kLook = std::chrono::milliseconds(200);

void announce(Console& console, const SampleIssuer& issuer, const std::string& decision) {
  console.line("The sample issuer decides " + decision +
               "; Ctrl-C ends it. In florind.toml, in "
               "its [[issuer]]:");
  console.line("  decision = \"ask\"");
  console.line("  [issuer.webhook]");
  console.line("  url = \"" + issuer.url() + "\"");
  console.line("  secret_file = \"...\"");
  console.line("  notify = [\"card.state_changed\", \"transaction\"]");
  console.result(codec::JsonObject().add("listening", issuer.url()));
}

// noticeLine says a notice in words.
std::string noticeLine(const codec::JsonValue& notice) {
  std::string card = "card *" + textOf(notice, "panLastFour") + " (" +
                     shortId(textOf(notice, "digitalCardId")) + "), no. " +
                     std::to_string(numberOf(notice, "number")) + ": ";
  if (textOf(notice, "type") == "transaction") {
    const base::Money amount{numberOf(notice, "amountMinorUnits"),
                             static_cast<std::uint16_t>(numberOf(notice, "currency"))};
    card += base::formatMoney(amount) + " ";
    card += isTrue(notice, "reversed") ? "taken back" : textOf(notice, "outcome");
    return textOf(notice, "outcome") == "approved" ? card : card + ", " + textOf(notice, "reason");
  }
  card += textOf(notice, "change") + " by " + textOf(notice, "by") + ", now ";
  card += textOf(notice, "state");
  const auto& suspenders = membersOf(notice, "suspendedBy");
  return suspenders.empty() ? card : card + " by " + joined(suspenders, "");
}

void tell(Console& console, const IssuerEvent& event, const std::string& decision) {
  codec::JsonObject object;
  switch (event.kind) {
    case IssuerEvent::Kind::kNotice:
      console.line(noticeLine(event.notice));
      console.result(event.notice);
      return;
    case IssuerEvent::Kind::kDecided:
      console.line("asked about card *" + event.lastFour + ": " + decision);
      object.add("event", std::string_view("decided")).add("decision", std::string_view(decision));
      break;
    case IssuerEvent::Kind::kOtp:
      console.line("would send by " + event.method + ": " + event.otp);
      object.add("event", std::string_view("otp"))
          .add("method", std::string_view(event.method))
          .add("otp", std::string_view(event.otp));
      break;
    case IssuerEvent::Kind::kRefused:
      console.warning(
          "a request was refused: its signature or its time is wrong. Is --secret-file the file "
          "that issuer.webhook.secret_file names, and is the clock right?");
      return;
  }
  console.result(object.add("digitalCardId", std::string_view(event.digitalCardId)));
}

}  // namespace

Done issuerSimulate(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const std::uint16_t port, portOf(options.port));
  FLORIN_TRY_ASSIGN(SecretBytes key,
                    readWebhookSecret(options.webhookSecretFile, "issuer.webhook.secret_file"));
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto issuer, SampleIssuer::start(port, options.decision, std::move(key)));
  announce(console, *issuer, options.decision);
  while (!interrupts.pending()) {
    if (const auto event = issuer->take(interrupts, kLook)) tell(console, *event, options.decision);
  }
  return {};
}

}  // namespace florin::apps
