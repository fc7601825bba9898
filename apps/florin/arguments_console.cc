// The command line of those who run cards and backends: florin issuer, florin ops.
#include "arguments.h"
#include "bounds.h"
#include "commands.h"

namespace florin::apps {
namespace {

// Console commands of one API. Where it is and with what token may come from the environment, which
// CLI11 would read for every sub-command, also for those that are not called: ApiClient does.
struct ApiCommands {
  Parser& parser;
  CLI::App& parent;

  CLI::App& add(CLI::App& under, const char* name, const char* help, Command command) {
    Options& options = parser.invocation.options;
    CLI::App& sub = parser.add(under, name, help, command);
    sub.add_option("--backend", options.backend, "https://host:port")->type_name("URL");
    sub.add_option("--ca", options.caFile, "certificate that the backend must prove, PEM")
        ->type_name("FILE");
    sub.add_option("--token-file", options.tokenFile,
                   "this API's token, alone in a file of mode 0600")
        ->type_name("FILE");
    sub.add_option("--client-pem", options.clientPemFile,
                   "certificate and private key to show, where the issuer has to: mode 0600")
        ->type_name("FILE");
    return sub;
  }
};

CLI::App& group(CLI::App& parent, const char* name, const char* help) {
  CLI::App& made = *parent.add_subcommand(name, help);
  made.require_subcommand(1);
  return made;
}

void addDeadline(CLI::App& sub, Options& options, const char* what) {
  sub.add_flag("--wait", options.wait, what);
  sub.add_option("--deadline", options.deadlineSeconds, "how long to wait")
      ->check(CLI::Range(1U, bounds::kLongestWait))
      ->capture_default_str()
      ->type_name("SECONDS");
}

void addCards(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& card = group(api.parent, "card", "a digital card");
  const auto add = [&](const char* name, const char* help, Command command) -> CLI::App& {
    CLI::App& sub = api.add(card, name, help, command);
    sub.add_option("--digital-card-id", options.digitalCardId, "the card")
        ->required()
        ->type_name("ID");
    return sub;
  };
  const auto addStep = [&](const char* name, const char* help, Command command) -> CLI::App& {
    CLI::App& sub = add(name, help, command);
    addDeadline(sub, options, "wait until the card's device has acknowledged it");
    return sub;
  };
  add("show", "the card as it is", cardShow);
  addStep("activate", "the cardholder is known: end the wait of a yellow decision", cardActivate);
  addStep("suspend", "stop the card; the backend declines from now on", cardSuspend);
  addStep("resume", "end that", cardResume);
  addStep("renew", "another profile, as the program has it now", cardRenew)
      .add_option("--exp", options.expiry, "another expiry; without it: as it is")
      ->type_name("MMYY");
  addStep("delete", "end the card for ever", cardDelete).add_flag("--yes", options.yes, "mean it");
}

void addFollow(CLI::App& sub, Options& options) {
  sub.add_flag("--follow", options.follow, "go on until Ctrl-C; with --json an object each time");
}

CLI::App& addOfDevice(ApiCommands& api, CLI::App& under, const char* name, const char* help,
                      Command command) {
  CLI::App& sub = api.add(under, name, help, command);
  sub.add_option("--device", api.parser.invocation.options.deviceId, "the device")
      ->required()
      ->type_name("ID");
  return sub;
}

void addDevices(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& device = group(api.parent, "device", "an enrolled device, with all that is on it");
  addFollow(
      addOfDevice(api, device, "show", "the device, its cards and what waits for it", deviceShow),
      options);
  CLI::Option_group& by = *api.add(device, "find", "the device of a wallet or a card", deviceFind)
                               .add_option_group("by", "what is known");
  by.require_option(1);
  by.add_option("--wallet", options.walletId, "its wallet")->type_name("ID");
  by.add_option("--digital-card-id", options.digitalCardId, "a card on it")->type_name("ID");
  const auto addStop = [&](const char* name, const char* help, Command command) -> CLI::App& {
    CLI::App& sub = addOfDevice(api, device, name, help, command);
    sub.add_option("--reason", options.reason,
                   "LOST, STOLEN, FRAUD_SUSPECTED, DEVICE_NOT_TRUSTED, ACCOUNT_CLOSED");
    return sub;
  };
  addStop("suspend", "stop the device and its cards", deviceSuspend);
  addOfDevice(api, device, "resume", "end the operator's and the system's suspension",
              deviceResume);
  const auto addEnd = [&](const char* name, const char* help, Command command) {
    CLI::App& sub = addStop(name, help, command);
    sub.add_flag("--yes", options.yes, "mean it");
    addDeadline(sub, options, "wait until the device has said that it is wiped");
  };
  addEnd("revoke", "erase its cards and keys, for good", deviceRevoke);
  addEnd("wipe", "the same as revoke", deviceWipe);
}

void addOperations(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& list = addOfDevice(api, api.parent, "operations",
                               "what a device was told and has not acknowledged", operations);
  list.add_flag("--parked", options.parked, "only what it could not apply");
  list.add_flag("--all", options.all, "everything it was told, page after page")
      ->excludes("--parked");
  addFollow(list, options);
  const auto addRelease = [&](const char* name, const char* help, Command command) {
    addOfDevice(api, api.parent, name, help, command)
        .add_option("--operation", options.operation, "its number")
        ->required()
        ->check(CLI::PositiveNumber)
        ->type_name("NUMBER");
  };
  addRelease("retry", "write a parked operation again", retryOperation);
  addRelease("void", "give a parked operation up", voidOperation);
}

void addTokens(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& token = group(api.parent, "token", "the tokens that these APIs are called with");
  api.add(token, "list", "all of them, revoked ones too", tokenList);
  CLI::App& create =
      api.add(token, "create", "make a token; its text is shown to nobody again", tokenCreate);
  create.add_option("--scope", options.scope, "operator, metrics, acquirer or issuer")
      ->required()
      ->check(CLI::IsMember({"operator", "metrics", "acquirer", "issuer"}));
  create.add_option("--tenant", options.tenant, "the issuer's id in florind.toml")->type_name("ID");
  create.add_option("--label", options.label, "whose it is, for people")->required();
  create.add_option("--out", options.outFile, "a new file for the token, mode 0600")
      ->required()
      ->type_name("FILE");
  api.add(token, "revoke", "for ever", tokenRevoke)
      .add_option("--id", options.tokenId, "as `list` shows it")
      ->required()
      ->type_name("ID");
}

void addLogs(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& pushes = api.add(api.parent, "outbox", "pushes that wait to be sent", outbox);
  pushes.add_flag("--all", options.all, "all of them, page after page");
  addFollow(pushes, options);
  CLI::App& notices =
      api.add(api.parent, "webhooks", "what issuers are still to be told", webhooks);
  notices.add_flag("--parked", options.parked, "only what was given up");
  notices.add_flag("--all", options.all, "all of them, page after page");
  addFollow(notices, options);
  notices.add_option("--retry", options.webhookId, "send one again that was given up")
      ->excludes("--parked", "--all", "--follow")
      ->type_name("ID");
  CLI::App& log = api.add(api.parent, "audit", "who changed what, the newest last", audit);
  log.add_option("--before", options.before, "what was written before this entry")
      ->type_name("NUMBER");
  addFollow(log, options);
}

void addSearch(ApiCommands& api) {
  Options& options = api.parser.invocation.options;
  CLI::App& search = api.add(api.parent, "search",
                             "cards, by what is known of them; several hold together", searchCards);
  search.add_option("--digital-card-id", options.digitalCardId, "the card")->type_name("ID");
  search.add_option("--wallet", options.walletId, "its wallet")->type_name("ID");
  search.add_option("--correlation", options.correlationId, "its digitization")->type_name("ID");
  CLI::Option* const issuer =
      search.add_option("--issuer", options.issuerId, "its issuer")->type_name("ID");
  search.add_option("--last-four", options.lastFour, "digits of the PAN; with --issuer")
      ->needs(issuer)
      ->type_name("DIGITS");
  search.add_option("--pan", options.pan, "the whole PAN: -, and it is read from the input")
      ->check(CLI::IsMember({"-"}));
  search.add_option("--state", options.state, "as `card show` says it: ACTIVE, SUSPENDED ...");
  search.add_flag("--all", options.all, "all of them, page after page");
  api.add(api.parent, "timeline", "the story of one digitization", timelineOf)
      .add_option("--correlation", options.correlationId, "its id")
      ->required()
      ->type_name("ID");
  api.add(api.parent, "programs", "the card programs that are configured", programs);
  api.add(api.parent, "issuers", "the issuers that are configured", issuers);
  api.add(api.parent, "wallet-providers", "who the backend answers wallets for", walletProviders);
}

}  // namespace

void addAuditCommands(Parser& parser) {
  Options& options = parser.invocation.options;
  CLI::App& log = group(parser.app, "audit", "the backend's audit log, for operators");
  log.preparse_callback([&options](std::size_t) { options.api = Api::kOperator; });
  ApiCommands api{parser, log};
  api.add(log, "verify", "hold every entry against its hash and the seals", auditVerify);
}

void addProgramCommands(Parser& parser) {
  Options& options = parser.invocation.options;
  CLI::App& program = group(parser.app, "program", "the backend's card programs, for acquirers");
  program.preparse_callback([&options](std::size_t) { options.api = Api::kAcquirer; });
  ApiCommands api{parser, program};
  api.add(program, "export-ca", "the keys of authorities, for other people's terminals",
          exportAuthorities)
      .add_option("--program", options.exportedProgram, "of this one only")
      ->type_name("NAME");
}

void addIssuerCommands(Parser& parser) {
  CLI::App& issuer = group(parser.app, "issuer", "an issuer's cards, by the issuer's API");
  issuer.preparse_callback(
      [&options = parser.invocation.options](std::size_t) { options.api = Api::kIssuer; });
  ApiCommands api{parser, issuer};
  addCards(api);
  Options& options = parser.invocation.options;
  CLI::App& push = api.add(issuer, "push", "hand a card over to a wallet", issuerPush);
  push.add_option("--pan", options.pan, "card number: - reads standard input")
      ->required()
      ->type_name("-");
  push.add_option("--exp", options.expiry, "the card's expiry")->required()->type_name("MMYY");
  push.add_option("--name", options.holderName, "cardholder's name");
  push.add_option("--nonce", options.nonce, "of the card data; without it one is drawn");
  push.add_flag("--approved", options.approved, "it is decided: green");
  push.add_flag("--terms-accepted", options.acceptTerms,
                "the cardholder has accepted the terms in your own application");
  CLI::App& sample =
      parser.add(issuer, "simulate", "be an issuer for development: answer the backend's webhooks",
                 issuerSimulate);
  sample.add_option("--decision", options.decision, "green, yellow or red (green)")
      ->check(CLI::IsMember({"green", "yellow", "red"}));
  sample.add_option("--port", options.port, "where to listen; 0: any free one (8455)");
  sample.add_option("--secret-file", options.webhookSecretFile, "issuer.webhook.secret_file")
      ->required()
      ->type_name("FILE");
}

void addOperatorCommands(Parser& parser) {
  CLI::App& ops = group(parser.app, "ops", "the operator's console");
  ops.preparse_callback(
      [&options = parser.invocation.options](std::size_t) { options.api = Api::kOperator; });
  ApiCommands api{parser, ops};
  addDevices(api);
  addCards(api);
  addOperations(api);
  addTokens(api);
  addLogs(api);
  addSearch(api);
}

}  // namespace florin::apps
