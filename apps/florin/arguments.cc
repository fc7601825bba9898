// The command line: which sub-commands and options there are. Options stand after the sub-command.
#include "arguments.h"

#include <charconv>

#include "codec/small_forms.h"
#include "commands.h"
#include "common/usage.h"
#include "florin/version.h"

namespace florin::apps {
namespace {

void addLanguage(CLI::App& sub, Options& options) {
  sub.add_option("--language", options.language, "ISO 639-1, for example en");
}

void addCode(CLI::App& sub, Options& options) {
  sub.add_option("--code", options.code,
                 "activation code: - reads standard input; else it is asked")
      ->type_name("-");
  addLanguage(sub, options);
}

void addTokenFile(CLI::App& sub, Options& options) {
  sub.add_option("--acquirer-token-file,--token-file", options.acquirerTokenFile,
                 "the backend's acquirer.token")
      ->type_name("FILE");
}

CLI::App& addCardCommand(Parser& parser, CLI::App& wallet, const char* name, const char* help,
                         Command command) {
  CLI::App& sub = parser.addWithVault(wallet, name, help, command);
  sub.add_option("--card", parser.invocation.options.card,
                 "an id of the card, or the last four digits; default: the default card")
      ->check([](const std::string& given) {
        return given.empty() ? std::string("is empty: leave it out for the default card")
                             : std::string();
      });
  return sub;
}

void addCardCommands(Parser& parser, CLI::App& wallet) {
  Options& options = parser.invocation.options;
  addCardCommand(parser, wallet, "replenish", "get payment keys for a card", walletReplenish)
      .add_flag("--force", options.force, "even when it has enough");
  addCardCommand(parser, wallet, "default", "pay with this card from now on", walletDefault);
  addCardCommand(parser, wallet, "history", "what a card paid", walletHistory);
  addCardCommand(parser, wallet, "card-status",
                 "a card as the backend has it, and who suspended it", walletCardStatus);
  addCardCommand(parser, wallet, "suspend", "stop a card until it is resumed", walletSuspend);
  addCardCommand(parser, wallet, "resume", "end the suspension of a card", walletResume);
  addCardCommand(parser, wallet, "delete", "give a card up for ever", walletDelete)
      .add_flag("--yes", options.yes, "mean it");
}

void addDigitize(Parser& parser, CLI::App& wallet) {
  Options& options = parser.invocation.options;
  CLI::App& digitize =
      parser.addWithVault(wallet, "digitize", "get an activation code for a card", walletDigitize);
  digitize.add_option("--pan", options.pan, "card number: - reads standard input")->type_name("-");
  digitize.add_option("--exp", options.expiry, "the card's expiry")->type_name("MMYY");
  digitize.add_option("--cvv", options.cvv, "- reads the next line of standard input")
      ->type_name("-");
  digitize.add_option("--name", options.holderName, "cardholder's name");
  digitize
      .add_option("--push-session", options.pushSession,
                  "a card that its issuer hands over, instead of --pan: - reads standard input")
      ->type_name("-");
  digitize
      .add_option("--authentication-token-file", options.authenticationTokenFile,
                  "the issuer's signed yes to this card, a JWT, mode 0600")
      ->type_name("FILE");
  digitize.add_option("--nonce", options.nonce, "that the issuer's token is about");
  digitize
      .add_option("--correlation-id", options.correlationId,
                  "of this digitization, in every log: 32 hexadecimal digits")
      ->type_name("ID");
  digitize.add_flag("--accept-terms", options.acceptTerms,
                    "the cardholder has read and accepted the terms and conditions");
  addLanguage(digitize, options);
}

void addWalletCommands(Parser& parser) {
  Options& options = parser.invocation.options;
  CLI::App& wallet =
      *parser.app.add_subcommand("wallet", "a device's wallet, kept in a vault file");
  wallet.require_subcommand(1);

  CLI::App& init = parser.addWithVault(wallet, "init", "make a wallet and register it", walletInit);
  init.add_option("--backend", options.backend, "https://host:port")->required()->type_name("URL");
  init.add_option("--ca", options.caFile, "certificate that the backend must prove, PEM")
      ->required()
      ->type_name("FILE");
  addTokenFile(init, options);
  init.add_option("--device-type", options.deviceType,
                  "what it is to a program that is for some devices only; PHONE if you say nothing")
      ->check([](const std::string& type) {
        return codec::isDeviceType(type) ? "" : "a device type is 1 to 16 characters of A-Z and _";
      })
      ->type_name("TYPE");
  init.add_flag("--update", options.update,
                "give an existing wallet another address or certificate");

  parser.addWithVault(wallet, "status", "where the wallet stands", walletStatus);
  addDigitize(parser, wallet);

  CLI::App& verify = parser.addWithVault(
      wallet, "verify", "prove to the issuer who the cardholder is, after a yellow decision",
      walletVerify);
  verify.add_option("--digital-card-id", options.digitalCardId, "default: the only one that waits")
      ->type_name("ID");
  verify.add_option("--method", options.method, "choose one of the issuer's methods, or again")
      ->type_name("ID");
  verify.add_option("--otp", options.otp, "what the issuer sent: - reads standard input")
      ->type_name("-");

  CLI::App& enroll =
      parser.addWithVault(wallet, "enroll", "enroll the device with the code", walletEnroll);
  addCode(enroll, options);
  enroll.add_option("--push-token", options.pushToken, "FCM token, or HMS:<token>");
  addCode(parser.addWithVault(wallet, "continue", "go on with an enrollment", walletContinue),
          options);
  addCode(parser.addWithVault(wallet, "activate", "provision a further card with its code",
                              walletActivate),
          options);
  parser.addWithVault(wallet, "sync", "take what waits at the backend, and keys", walletSync);
  parser.addWithVault(wallet, "cards", "list the cards", walletCards);
  addCardCommands(parser, wallet);
  parser.addWithVault(wallet, "lock", "stop every card of this wallet, erasing nothing", walletLock)
      .add_option("--reason", options.reason, "LOST, STOLEN or FRAUD_SUSPECTED");
  parser.addWithVault(wallet, "unlock", "end the wallet's own lock", walletUnlock);
  CLI::App& listen = parser.addWithVault(
      wallet, "listen", "receive pushes on a loopback port and do what they ask for", walletListen);
  listen.add_option("--port", options.port, "of http://127.0.0.1:PORT/push (8455)");
  listen.add_option("--secret-file", options.webhookSecretFile, "the backend's webhook secret")
      ->required()
      ->type_name("FILE");
  listen.add_flag("--once", options.once, "end after the first push");
  parser.addWithVault(wallet, "wipe", "erase the wallet, its keys and its files", walletWipe)
      .add_flag("--yes", options.yes, "do not ask");
}

void addPaymentCommands(Parser& parser) {
  Options& options = parser.invocation.options;
  CLI::App& pay = parser.addWithVault(parser.app, "tap", "pay at a terminal with the card", tap);
  pay.add_option("--amount", options.amount, "for example 12.50")->required();
  pay.add_option("--currency", options.currency, "ISO 4217, for example EUR")->required();
  pay.add_option(
         "--save-request", options.saveRequest,
         "keep the authorization request, which names the card: it holds the DPAN, mode 0600")
      ->type_name("FILE");
  pay.add_option("--card", options.card,
                 "with this card: an id of it, or its last four digits; default: the default card");
  pay.add_flag("--authenticated", options.authenticated,
               "the cardholder proved himself on the device, for amounts that need it");
  pay.add_flag("--pin", options.pin, "the cardholder entered a PIN, for amounts that need it");
  pay.add_flag("--trace", options.trace, "show the commands and answers");
  addTokenFile(pay, options);

  CLI::App& inReader = parser.addWithVault(
      parser.app, "card", "put the wallet into a PC/SC reader (vsmartcard's vpcd) as a card", card);
  inReader
      .add_option("--vpcd", options.virtualReader, "where the reader listens (127.0.0.1:35963)")
      ->type_name("HOST:PORT");
  inReader.add_flag("--authenticated", options.authenticated,
                    "the cardholder proved himself on the device, for the first payment");
  inReader.add_flag("--trace", options.trace, "show the commands and answers");

  CLI::App& again = parser.add(parser.app, "authorize", "send a saved request again", authorize);
  again.add_option("--request", options.requestFile, "written by tap --save-request")
      ->required()
      ->type_name("FILE");
  again.add_option("--idempotency-key", options.idempotencyKey, "default: the key used before");
  addTokenFile(again, options);

  CLI::App& back = parser.addWithVault(parser.app, "reverse",
                                       "take a payment back, also one without an answer", reverse);
  back.add_option("--idempotency-key", options.idempotencyKey, "that tap printed")->required();
  addTokenFile(back, options);

  CLI::App& show = parser.add(parser.app, "demo", "the whole flow, from nothing to a tap", demo);
  show.add_option("--program", options.program, "of the card: K2, K3 or FLORIN (K2)");
  show.add_option("--decision", options.decision,
                  "of the issuer: green, yellow or red; by a sample issuer's webhook")
      ->check(CLI::IsMember({"green", "yellow", "red"}));
  show.add_flag("--keep", options.keep, "keep the temporary folder");
}

}  // namespace

Outcome<Invocation> parseArguments(int argc, const char* const* argv) {
  Parser parser;
  parser.app.set_version_flag("--version", "florin " + std::string(sdkVersion()));
  parser.app.require_subcommand(1);
  addWalletCommands(parser);
  addPaymentCommands(parser);
  addProgramCommands(parser);
  addAuditCommands(parser);
  addIssuerCommands(parser);
  addOperatorCommands(parser);
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    parser.invocation.text = parser.app.help();
    return std::move(parser.invocation);
  } catch (const CLI::CallForAllHelp& help) {
    parser.invocation.text = parser.app.help("", CLI::AppFormatMode::All);
    return std::move(parser.invocation);
  } catch (const CLI::CallForVersion& version) {
    parser.invocation.text = parser.app.version() + "\n";
    return std::move(parser.invocation);
  } catch (const CLI::ParseError& error) {
    return usageFailure(parser.app, error, argc, argv);
  }
  return std::move(parser.invocation);
}

Outcome<std::uint16_t> portOf(const std::string& text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, port);
  if (failed == std::errc() && stop == end) return port;
  return Failure{Exit::kUsage, "--port is a number from 0 to 65535, 0 for any free one"};
}

bool asksForJson(int argc, const char* const* argv) {
  return std::any_of(argv + 1, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--json"; });
}

}  // namespace florin::apps
