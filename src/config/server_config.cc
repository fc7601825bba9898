#include "config/server_config.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/utf8.h"
#include "config/toml_reader.h"

namespace florin::config {
namespace {

constexpr std::size_t kConfigFile = 1024 * 1024;
constexpr std::uint32_t kLukUses = 20;
constexpr std::uint32_t kLukLifetimeHours = 30 * 24;

// A parsed file and the first error that reading it met.
struct TomlFile {
  toml::table table;
  std::filesystem::path path;
  std::optional<ConfigError> error;
};

TomlFile parseText(std::string_view text, const std::filesystem::path& path) {
  // The parser's tables of other characters end in undefined behaviour for some of them (U+01EF
  // where a key begins), and TOML has an escape for each.
  const auto other = std::ranges::find_if(text, [](char c) { return c < 0; });
  if (other != text.end()) {
    const auto line = static_cast<std::size_t>(std::count(text.begin(), other, '\n')) + 1;
    return {{},
            path,
            ConfigError{path.string(), line, "",
                        "has a character that is not ASCII: write it as \\uXXXX in a string"}};
  }
  toml::parse_result parsed = toml::parse(text, path.string());
  if (parsed) return {std::move(parsed).table(), path, {}};
  const toml::parse_error& error = parsed.error();
  return {
      {},
      path,
      ConfigError{path.string(), error.source().begin.line, "", std::string(error.description())}};
}

// load reads a whole file for `read`.
template <class T>
Loaded<T> load(const std::filesystem::path& path,
               Loaded<T> (*read)(std::string_view, const std::filesystem::path&)) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return ConfigError{path.string(), 0, "", "cannot be read: is it there?"};
  std::string text(kConfigFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return ConfigError{path.string(), 0, "", "cannot be read"};
  if (text.size() > kConfigFile) return ConfigError{path.string(), 0, "", "is over 1 MiB"};
  return read(text, path);
}

template <class T>
Loaded<T> finished(TomlFile& file, T value) {
  if (file.error) return std::move(*file.error);
  return value;
}

// readChoice gives the index of a word; the first one is the default unless another is.
std::size_t readChoice(TomlReader& reader, std::string_view key,
                       std::initializer_list<std::string_view> words, std::size_t byDefault = 0) {
  const std::string word = reader.string(key, std::string(words.begin()[byDefault]));
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) {
    std::string text = "is one of";
    for (const std::string_view known : words) text += " \"" + std::string(known) + "\"";
    reader.fail(key, std::move(text));
    return 0;
  }
  return static_cast<std::size_t>(found - words.begin());
}

// What wallets show: they take no longer one.
std::string readDisplayName(TomlReader& reader, std::string_view key) {
  std::string name = reader.string(key);
  if (name.empty() || name.size() > base::limits::kDisplayName || !codec::isPrintable(name)) {
    reader.fail(key, "has 1 to 64 bytes of UTF-8 without control characters");
  }
  return name;
}

IssuerKeyConfig readIssuerKey(TomlReader& reader) {
  IssuerKeyConfig key;
  key.keyId = reader.string("id");
  if (key.keyId.empty() || key.keyId.size() > base::limits::kKeyName) {
    reader.fail("id", "has 1 to 64 characters: the \"kid\" of the issuer's tokens");
  }
  key.publicKey = reader.file("file");
  key.nonceOnly = reader.boolean("nonce_only", false);
  reader.finish();
  return key;
}

void readIssuerWebhook(TomlReader reader, IssuerDecisionConfig& config) {
  config.webhook = readWebhookConfig(reader);
  for (const std::string& type : reader.strings("notify", {})) {
    bool& wanted = type == "transaction" ? config.notifyTransactions : config.notifyCardStates;
    if (wanted || (type != "transaction" && type != "card.state_changed")) {
      reader.fail("notify", "may have \"card.state_changed\" and \"transaction\", each once");
    }
    wanted = true;
  }
  reader.finish();
}

IssuerDecisionConfig readDecision(TomlReader& reader, const base::TenantId& issuer) {
  IssuerDecisionConfig config;
  config.issuer = issuer;
  config.decision =
      static_cast<DecisionMode>(readChoice(reader, "decision", {"green", "yellow", "red", "ask"}));
  config.whenSilent =
      static_cast<SilenceMode>(readChoice(reader, "when_silent", {"unavailable", "green", "red"}));
  config.deadline = std::chrono::seconds(reader.integer("deadline_seconds", 1, 8, 5));
  config.askEligibility = reader.boolean("ask_eligibility", false);
  if (reader.has("webhook")) readIssuerWebhook(reader.table("webhook"), config);
  if (config.decision == DecisionMode::kAsk && !config.webhook) {
    reader.fail("decision", "\"ask\" needs [issuer.webhook]");
  }
  for (TomlReader& table : reader.tables("key")) {
    IssuerKeyConfig key = readIssuerKey(table);
    if (std::ranges::find(config.keys, key.keyId, &IssuerKeyConfig::keyId) != config.keys.end()) {
      table.fail("id", "is that of another key of this issuer");
    }
    config.keys.push_back(std::move(key));
  }
  for (const std::string_view field : {"when_silent", "deadline_seconds", "ask_eligibility"}) {
    if (config.decision != DecisionMode::kAsk && reader.has(field)) {
      reader.fail(field, "is for decision = \"ask\" only");
    }
  }
  if (config.decision != DecisionMode::kAsk && config.webhook && !config.notifies()) {
    reader.fail("webhook", "is for decision = \"ask\" only, or needs notify");
  }
  return config;
}

void readIssuer(TomlReader reader, ServerConfig& config) {
  tsp::Issuer issuer;
  issuer.id = reader.id<base::TenantId>("id");
  issuer.name = readDisplayName(reader, "name");
  for (TomlReader& bin : reader.tables("bin")) {
    issuer.bins.push_back(
        {.from = bin.string("from"), .to = bin.string("to"), .program = bin.string("program")});
    bin.finish();
  }
  config.decisions.push_back(readDecision(reader, issuer.id));
  readCertificates(reader, issuer.id.toString(), config.clients);
  reader.finish();
  config.issuers.push_back(std::move(issuer));
}

Bytes readAid(TomlReader& root, const Bytes& builtIn) {
  auto aid = base::fromHex(root.string("aid", base::toHex(builtIn)));
  if (!aid.ok() || aid->size() < 5 || aid->size() > 16) {
    root.fail("aid", "must be 10 to 32 hexadecimal digits");
    return builtIn;
  }
  return std::move(*aid);
}

bool isProgramName(std::string_view name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= 16 && std::ranges::all_of(name, good);
}

bool readOfflineAuthentication(TomlReader& root, emv::Kernel kernel) {
  const bool cda = readChoice(root, "offline_authentication", {"none", "cda"}) == 1;
  if (cda && kernel != emv::Kernel::k2) {
    root.fail("offline_authentication", "\"cda\" is for programs of base \"K2\" and \"FLORIN\"");
  }
  return cda;
}

emv::KeyPolicy readKeyPolicy(TomlReader reader, emv::KeyPolicy keys) {
  const auto number = [&](std::string_view key, std::int64_t min, std::int64_t max,
                          std::uint32_t fallback) {
    return static_cast<std::uint32_t>(reader.integer(key, min, max, fallback));
  };
  const bool limitedBefore = keys.scheme == emv::KeyScheme::kLuk;
  const bool limited = readChoice(reader, "scheme", {"suk", "luk"}, limitedBefore ? 1 : 0) == 1;
  keys.scheme = limited ? emv::KeyScheme::kLuk : emv::KeyScheme::kSuk;
  std::uint32_t most = 0;
  if (limited) {
    keys.lukUses = most = number("luk_uses", 1, 1000, kLukUses);
    keys.lukLifetime = std::chrono::hours(number("luk_lifetime_hours", 1, 8760, kLukLifetimeHours));
  } else {
    keys.stock = most = number("stock", 1, 64, keys.stock);
  }
  keys.lowWater = number("low_water", 0, 1000, keys.lowWater);
  if (keys.lowWater >= most) {
    reader.fail("low_water", limited ? "must be below keys.luk_uses" : "must be below keys.stock");
  }
  reader.finish();
  return keys;
}

bool isPort(std::string_view text, std::uint16_t& port) {
  unsigned value = 0;
  if (text.empty() || text.size() > 5) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > 65'535) return false;
  port = static_cast<std::uint16_t>(value);
  return true;
}

bool isInstanceName(std::string_view name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, good);
}

tsp::HistoryPolicy readHistory(TomlReader reader) {
  tsp::HistoryPolicy policy;
  policy.reach = std::chrono::hours(24 * reader.integer("days", 1, 3650, 30));
  policy.records = static_cast<std::size_t>(
      reader.integer("records", 1, static_cast<std::int64_t>(base::limits::kHistoryRecords),
                     static_cast<std::int64_t>(policy.records)));
  reader.finish();
  return policy;
}

}  // namespace

Result<Endpoint> parseEndpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon == std::string_view::npos || !isPort(text.substr(colon + 1), endpoint.port)) {
    return Error(Code::kInvalidArgument, "not an address and a port such as 127.0.0.1:8443");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Error(Code::kInvalidArgument, "an IPv6 address stands in brackets: [::1]:8443");
  }
  if (host.empty()) return Error(Code::kInvalidArgument, "the address is missing");
  endpoint.address = std::string(host);
  return endpoint;
}

Loaded<ServerConfig> loadServerConfig(const std::filesystem::path& path) {
  return load(path, &readServerConfig);
}

Loaded<ServerConfig> readServerConfig(std::string_view text, const std::filesystem::path& path) {
  TomlFile file = parseText(text, path);
  ServerConfig config;
  TomlReader root(file.table, "", path, file.error);
  TomlReader server = root.table("server");
  const std::string listen = server.string("listen", "127.0.0.1:8443");
  const auto endpoint = parseEndpoint(listen);
  if (endpoint.ok()) {
    config.listenAddress = endpoint->address;
    config.listenPort = endpoint->port;
  } else {
    server.fail("listen", std::string(endpoint.error().text()));
  }
  config.workers = static_cast<unsigned>(server.integer("workers", 1, 64, config.workers));
  config.hosts = server.strings("hosts", config.hosts);
  config.instance = server.string("instance", config.instance);
  if (!isInstanceName(config.instance)) {
    server.fail("instance", "has 1 to 32 characters: letters, digits, - and .");
  }
  server.finish();
  config.limits = readLimits(root.table("limits"));
  config.clients.authorities = readClientAuthorities(root.table("tls"));
  TomlReader backend = root.table("backend");
  config.backendId = backend.string("id");
  if (config.backendId.empty() || config.backendId.size() > 64) {
    backend.fail("id", "has 1 to 64 characters");
  }
  config.walletProvider = backend.id<base::TenantId>("wallet_provider");
  backend.finish();
  TomlReader codes = root.table("codes");
  config.codeLifetime = std::chrono::seconds(
      codes.integer("lifetime_seconds", 1, 366LL * 24 * 3600, config.codeLifetime.count()));
  config.typedCodes = readChoice(codes, "form", {"strong", "typed"}) == 1;
  codes.finish();
  TomlReader attestation = root.table("attestation");
  config.attestation =
      static_cast<AttestationMode>(readChoice(attestation, "policy", {"off", "log", "require"}));
  attestation.finish();
  TomlReader rollback = root.table("rollback");
  config.rollback =
      static_cast<RollbackPolicy>(readChoice(rollback, "policy", {"replace-keys", "suspend"}));
  rollback.finish();
  TomlReader retention = root.table("retention");
  config.operationsKept = std::chrono::days(
      retention.integer("operations_days", 1, 3650, config.operationsKept.count()));
  retention.finish();
  config.push = readPushConfig(root.table("push"));
  for (TomlReader& issuer : root.tables("issuer")) readIssuer(std::move(issuer), config);
  root.finish();
  return finished(file, std::move(config));
}

Loaded<tsp::Program> loadProgram(const std::filesystem::path& path) {
  auto read = load(path, &readProgramConfig);
  if (!read.ok()) return read.error();
  ProgramConfig& config = read.value();
  auto wrong = loadOfferFiles(config.files, config.program.offer);
  if (wrong) return std::move(*wrong);
  return std::move(config.program);
}

Loaded<ProgramConfig> readProgramConfig(std::string_view text, const std::filesystem::path& path) {
  TomlFile file = parseText(text, path);
  TomlReader root(file.table, "", path, file.error);
  ProgramConfig config;
  tsp::Program& program = config.program;
  const auto base = emv::builtInProgram(root.string("base"));
  if (!base) root.fail("base", "names no built-in program: use \"K2\", \"K3\" or \"FLORIN\"");
  program.card = base.value_or(emv::programK2());
  program.card.name = root.string("name");
  if (!isProgramName(program.card.name)) {
    root.fail("name", "must be 1 to 16 letters, digits, '-' or '_'");
  }
  program.product = readDisplayName(root, "product");
  program.dpanPrefix = root.string("dpan_prefix");
  program.dpanLength = static_cast<unsigned>(root.integer("dpan_length", 13, 19, 16));
  program.amountLimit = root.integer("amount_limit_minor_units", 0, 999'999'999'999, 0);
  program.dailyPayments = static_cast<std::uint32_t>(root.integer("daily_payments", 0, 100'000, 0));
  program.dailyAmount = root.integer("daily_amount_minor_units", 0, 999'999'999'999, 0);
  program.wantsAuthentication =
      readChoice(root, "offline_authentication_failed", {"approve", "decline"}) == 1;
  emv::ProgramTemplate& card = program.card;
  card.label = root.string("label", card.label);
  card.aid = readAid(root, card.aid);
  card.lateWindow = static_cast<std::uint32_t>(root.integer("late_window", 0, 64, card.lateWindow));
  card.offlineAuthentication = readOfflineAuthentication(root, card.kernel);
  card.currency = static_cast<std::uint16_t>(root.integer("currency", 1, 999, card.currency));
  card.country = static_cast<std::uint16_t>(root.integer("country", 1, 999, card.country));
  card.cvmLimit = static_cast<std::uint64_t>(root.integer(
      "cvm_limit_minor_units", 0, 999'999'999'999, static_cast<std::int64_t>(card.cvmLimit)));
  card.keys = readKeyPolicy(root.table("keys"), card.keys);
  if (root.has("history")) program.history = readHistory(root.table("history"));
  if (const Status good = emv::checkProgram(card); !good.ok()) {
    root.fail("name", std::string(good.error().text()));
  }
  program.offer = readOffer(root, config.files);
  root.finish();
  return finished(file, std::move(config));
}

Loaded<std::vector<tsp::Program>> loadPrograms(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  if (failed || files.empty()) {
    return ConfigError{folder.string(), 0, "", "holds no program: add NAME.toml"};
  }
  std::sort(files.begin(), files.end());
  std::vector<tsp::Program> programs;
  for (const auto& path : files) {
    auto program = loadProgram(path);
    if (!program.ok()) return program.error();
    const std::string& name = program.value().card.name;
    if (std::ranges::any_of(programs, [&](const tsp::Program& p) { return p.card.name == name; })) {
      return ConfigError{path.string(), 0, "name", "another file here is of program " + name};
    }
    programs.push_back(std::move(program.value()));
  }
  return programs;
}

std::string initialServerConfig(std::string_view backendId, const base::TenantId& walletProvider,
                                const base::TenantId& issuer,
                                const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) names += (names.empty() ? "\"" : ", \"") + host + "\"";
  return "# florind's configuration. Every field is described in docs/operations.md; a flag or an\n"
         "# environment variable goes before this file. Secrets never stand here.\n\n"
         "[server]\n"
         "listen = \"127.0.0.1:8443\"\n"
         "workers = 16  # threads that answer requests\n"
         "# Names that wallets may call this server by, beside the address above.\n"
         "hosts = [" +
         names +
         "]\n\n"
         "[backend]\n"
         "# Part of every enrollment's transcript: wallets that know this name stop working when "
         "it\n"
         "# changes.\n"
         "id = \"" +
         std::string(backendId) + "\"\nwallet_provider = \"" + walletProvider.toString() +
         "\"\n\n[codes]\n"
         "lifetime_seconds = 2592000  # activation codes: 30 days\n\n"
         "# A demo issuer. Its cards begin with 9999: no real card does.\n"
         "[[issuer]]\n"
         "id = \"" +
         issuer.toString() +
         "\"\nname = \"Florin Demo Bank\"\n\n"
         "[[issuer.bin]]\n"
         "from = \"999900\"\nto = \"999909\"\nprogram = \"K2\"\n\n"
         "[[issuer.bin]]\n"
         "from = \"999910\"\nto = \"999919\"\nprogram = \"K3\"\n\n"
         "[[issuer.bin]]\n"
         "from = \"999920\"\nto = \"999929\"\nprogram = \"FLORIN\"\n";
}

namespace {

std::string programText(std::string_view name, std::string_view what, std::string_view product,
                        std::string_view dpanPrefix, std::string_view more) {
  const emv::ProgramTemplate program = emv::builtInProgram(name).value();
  std::string text;
  const auto add = [&text](std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) text += part;
  };
  add({"# Program ", name, ": ", what, ". Test ranges only.\n"});
  add({"name = \"", name, "\"\n"});
  add({"base = \"", name, "\"  # the built-in program whose card data it takes\n"});
  add({"product = \"", product, "\"\n", "label = \"", program.label, "\"\n"});
  add({"aid = \"", base::toHex(program.aid), "\"\n"});
  add({"dpan_prefix = \"", dpanPrefix, "\"\n", "dpan_length = 16\n"});
  add({"currency = 978  # ISO 4217: EUR\n", "country = 250   # ISO 3166: France\n"});
  add({"amount_limit_minor_units = 100000  # 0: none\n"});
  add({"cvm_limit_minor_units = 5000  # above it the cardholder must be verified\n"});
  add({"late_window = 32  # how far behind the highest ATC a late payment may be\n"});
  add({more});
  return text;
}

}  // namespace

std::vector<InitialProgram> initialPrograms() {
  constexpr std::string_view kAuthenticated =
      "offline_authentication = \"cda\"  # terminals prove the card by themselves\n\n"
      "[keys]\n"
      "stock = 10     # single-use keys on a device\n"
      "low_water = 3  # replenish when fewer are left\n";
  constexpr std::string_view kSingleUse =
      "\n[keys]\n"
      "stock = 10     # single-use keys on a device\n"
      "low_water = 3  # replenish when fewer are left\n";
  constexpr std::string_view kLimitedUse =
      "\n[keys]\n"
      "scheme = \"luk\"\n"
      "luk_uses = 20             # payments with one limited-use key\n"
      "luk_lifetime_hours = 720  # 30 days\n"
      "low_water = 5             # replenish when fewer payments are left\n";
  return {{"K2", programText("K2", "single-use keys, GENERATE AC", "Florin Demo Card", "999990",
                             kAuthenticated)},
          {"K3", programText("K3", "limited-use keys, cryptogram in GET PROCESSING OPTIONS",
                             "Florin Demo Card K3", "999991", kLimitedUse)},
          {"FLORIN", programText("FLORIN", "closed loop, single-use keys, GENERATE AC",
                                 "Florin Closed Loop", "999992", kSingleUse)}};
}

}  // namespace florin::config
