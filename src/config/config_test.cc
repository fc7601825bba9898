#include "config/config_fixture.h"
#include "config/server_config.h"
#include "fakes/seeded_random.h"

namespace florin::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kId = "00112233445566778899aabbccddeeff";

const std::string kLeast =
    "[backend]\n"
    "id = \"florin-test\"\n"
    "wallet_provider = \"00112233445566778899aabbccddeeff\"\n";

const std::string kIssuer =
    "[[issuer]]\n"
    "id = \"00112233445566778899aabbccddeeff\"\n"
    "name = \"Bank\"\n"
    "[[issuer.bin]]\n"
    "from = \"999900\"\n"
    "to = \"999909\"\n"
    "program = \"K2\"\n";

// The whole first line of an error, or "good".
std::string errorOf(const std::string& text) {
  const auto read = readServerConfig(text, "f.toml");
  return read.ok() ? "good" : read.error().toString();
}
std::string programErrorOf(const std::string& text) {
  const auto read = readProgramConfig(text, "p.toml");
  return read.ok() ? "good" : read.error().toString();
}

TEST(ServerConfigTest, LeastHasTheDocumentedDefaults) {
  const auto read = readServerConfig(kLeast, "f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  const ServerConfig& config = read.value();
  EXPECT_EQ(config.listenAddress, "127.0.0.1");
  EXPECT_EQ(config.listenPort, 8443);
  EXPECT_EQ(config.hosts, (std::vector<std::string>{"localhost", "127.0.0.1", "::1"}));
  EXPECT_EQ(config.workers, 16U);
  EXPECT_EQ(config.backendId, "florin-test");
  EXPECT_EQ(config.walletProvider.toString(), kId);
  EXPECT_EQ(config.codeLifetime, std::chrono::hours(30 * 24));
  EXPECT_EQ(config.limits.connections, 16'384U);
  EXPECT_EQ(config.limits.connectionsPerAddress, 1'024U);
  EXPECT_EQ(config.limits.requestsPerSecondPerAddress, 1'000U);
  EXPECT_EQ(config.limits.requestsPerSecondPerToken, 1'000U);
  EXPECT_EQ(config.limits.requestsPerMinutePerWallet, 600U);
  EXPECT_EQ(config.limits.failuresPerAddress, 100U);
  EXPECT_EQ(config.limits.failuresWindow, std::chrono::seconds(60));
  EXPECT_EQ(config.limits.longestLockout, std::chrono::seconds(60));
  EXPECT_EQ(config.clients.authorities.path, "");
  EXPECT_TRUE(config.clients.certificates.empty());
  EXPECT_EQ(config.limits.idle, std::chrono::seconds(60));
  EXPECT_EQ(config.limits.header, std::chrono::seconds(10));
  EXPECT_EQ(config.limits.body, std::chrono::seconds(20));
  EXPECT_FALSE(config.typedCodes);
  EXPECT_EQ(config.attestation, AttestationMode::kOff);
  EXPECT_EQ(config.rollback, RollbackPolicy::kReplaceKeys);
  EXPECT_EQ(config.operationsKept, std::chrono::days(90));
  EXPECT_TRUE(config.issuers.empty());
}

TEST(ServerConfigTest, EveryFieldIsRead) {
  const auto read = readServerConfig(
      "[server]\nlisten = \"[::1]:9\"\nhosts = [\"a.example\"]\nworkers = 64\n"
      "[limits]\nconnections = 1\nconnections_per_address = 2\n"
      "requests_per_second_per_address = 0\nrequests_per_second_per_token = 11\n"
      "requests_per_minute_per_wallet = 12\nfailures_per_address = 13\n"
      "failures_seconds = 14\nlockout_seconds = 15\nidle_seconds = 4\nheader_seconds = 5\n"
      "body_seconds = 6\n[codes]\nlifetime_seconds = 7\nform = \"typed\"\n"
      "[attestation]\npolicy = \"require\"\n[rollback]\npolicy = \"suspend\"\n"
      "[retention]\noperations_days = 30\n" +
          kLeast + kIssuer,
      "f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  const ServerConfig& config = read.value();
  EXPECT_EQ(config.listenAddress, "::1");
  EXPECT_EQ(config.listenPort, 9);
  EXPECT_EQ(config.hosts, std::vector<std::string>{"a.example"});
  EXPECT_EQ(config.workers, 64U);
  EXPECT_EQ(config.limits.connections, 1U);
  EXPECT_EQ(config.limits.connectionsPerAddress, 2U);
  EXPECT_EQ(config.limits.requestsPerSecondPerAddress, 0U);
  EXPECT_EQ(config.limits.requestsPerSecondPerToken, 11U);
  EXPECT_EQ(config.limits.requestsPerMinutePerWallet, 12U);
  EXPECT_EQ(config.limits.failuresPerAddress, 13U);
  EXPECT_EQ(config.limits.failuresWindow, std::chrono::seconds(14));
  EXPECT_EQ(config.limits.longestLockout, std::chrono::seconds(15));
  EXPECT_EQ(config.limits.idle, std::chrono::seconds(4));
  EXPECT_EQ(config.limits.header, std::chrono::seconds(5));
  EXPECT_EQ(config.limits.body, std::chrono::seconds(6));
  EXPECT_EQ(config.codeLifetime, std::chrono::seconds(7));
  EXPECT_TRUE(config.typedCodes);
  EXPECT_EQ(config.attestation, AttestationMode::kRequire);
  EXPECT_EQ(config.rollback, RollbackPolicy::kSuspend);
  EXPECT_EQ(config.operationsKept, std::chrono::days(30));
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].id.toString(), kId);
  EXPECT_EQ(config.issuers[0].name, "Bank");
  ASSERT_EQ(config.issuers[0].bins.size(), 1U);
  EXPECT_EQ(config.issuers[0].bins[0].from, "999900");
  EXPECT_EQ(config.issuers[0].bins[0].to, "999909");
  EXPECT_EQ(config.issuers[0].bins[0].program, "K2");
}

TEST(ServerConfigTest, IssuersNameTheirKeys) {
  const std::string key = "[[issuer.key]]\nid = \"2026-a\"\nfile = \"a.pem\"\n";
  const auto read = readServerConfig(kLeast + kIssuer + key, "D/f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  ASSERT_EQ(read.value().decisions.front().keys.size(), 1U);
  EXPECT_EQ(read.value().decisions.front().keys[0].keyId, "2026-a");
  EXPECT_EQ(read.value().decisions.front().keys[0].publicKey.path, "D/a.pem");
  EXPECT_EQ(errorOf(kLeast + kIssuer + key + key),
            "f.toml:15: issuer[0].key[1].id: is that of another key of this issuer");
  EXPECT_EQ(errorOf(kLeast + kIssuer + "[[issuer.key]]\nid = \"\"\nfile = \"a.pem\"\n"),
            "f.toml:12: issuer[0].key[0].id: has 1 to 64 characters: the \"kid\" of the issuer's "
            "tokens");
  std::string asks = kIssuer;
  asks.insert(asks.find("[[issuer.bin]]"), "ask_eligibility = true\n");
  EXPECT_EQ(errorOf(kLeast + asks),
            "f.toml:7: issuer[0].ask_eligibility: is for decision = \"ask\" only");
}

TEST(ServerConfigTest, PushServicesAreThoseThatHaveATable) {
  EXPECT_FALSE(readServerConfig(kLeast, "f.toml").value().push.fcm);
  const auto read = readServerConfig(kLeast +
                                         "[push]\ndefault = \"webhook\"\n"
                                         "[push.fcm]\nservice_account_file = \"fcm.json\"\n"
                                         "[push.hms]\napp_id = \"123\"\n"
                                         "client_secret_file = \"/etc/hms\"\nca_file = \"ca\"\n"
                                         "[push.webhook]\nurl = \"http://127.0.0.1:8080/hook\"\n"
                                         "secret_file = \"webhook\"\n",
                                     "D/f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  const PushConfig& push = read.value().push;
  ASSERT_TRUE(push.fcm && push.hms && push.webhook);
  EXPECT_TRUE(push.webhookIsDefault);
  EXPECT_EQ(push.fcm->serviceAccount.path, "D/fcm.json");
  EXPECT_EQ(push.fcm->serviceAccount.where.toString(),
            "D/f.toml:7: push.fcm.service_account_file: ");
  EXPECT_EQ(push.fcm->baseUrl, "https://fcm.googleapis.com");
  EXPECT_TRUE(push.fcm->authorities.path.empty());
  EXPECT_EQ(push.hms->clientSecret.path, "/etc/hms");
  EXPECT_EQ(push.hms->authorities.path, "D/ca");
  EXPECT_EQ(push.webhook->url, "http://127.0.0.1:8080/hook");
}

TEST(ServerConfigTest, PushFieldThatIsWrongIsNamed) {
  const auto error = [](const std::string& text) { return errorOf(kLeast + text); };
  EXPECT_EQ(error("[push.fcm]\n"), "f.toml:4: push.fcm.service_account_file: is missing: add it");
  for (const std::string url : {"http://fcm.example", "https://", "https://a/", "https://u@a",
                                "https://a?b", "ftp://a", "https://a b"}) {
    EXPECT_EQ(error("[push.fcm]\nservice_account_file = \"f\"\nbase_url = \"" + url + "\"\n"),
              "f.toml:6: push.fcm.base_url: must be https://HOST[:PORT] without a '/' at its end")
        << url;
  }
  for (const std::string url :
       {"http://push.example/", "http://127.0.0.1.example/", "http://127.0.0.1@a", "https:///"}) {
    EXPECT_TRUE(error("[push.webhook]\nurl = \"" + url + "\"\nsecret_file = \"f\"\n")
                    .starts_with("f.toml:5: push.webhook.url: must be https://"))
        << url;
  }
  EXPECT_TRUE(error("[push.hms]\napp_id = \"1/2\"\nclient_secret_file = \"f\"\n")
                  .starts_with("f.toml:5: push.hms.app_id: "));
  EXPECT_TRUE(error("[push.fcm]\nservice_account_file = \"f\"\n"
                    "[push.webhook]\nurl = \"https://a\"\nsecret_file = \"f\"\n")
                  .find("push.default: is missing") != std::string::npos);
  EXPECT_TRUE(error("[push.webhook]\nsecret = \"s\"\nurl = \"https://a\"\nsecret_file = \"f\"\n")
                  .starts_with("f.toml:5: push.webhook.secret: is not a known field"));
}

TEST(ServerConfigTest, IssuerSaysHowItDecides) {
  const auto with = [](const std::string& lines) {
    return kLeast + std::string(kIssuer).insert(kIssuer.find("[[issuer.bin]]"), lines);
  };
  const auto plain = readServerConfig(with(""), "f.toml");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain.value().decisions.at(0).decision, DecisionMode::kGreen);
  EXPECT_EQ(plain.value().decisions[0].issuer.toString(), kId);
  const std::string hook = "[issuer.webhook]\nurl = \"https://a/b\"\nsecret_file = \"/etc/s\"\n";
  const auto asks = readServerConfig(
      with("decision = \"ask\"\ndeadline_seconds = 8\nwhen_silent = \"red\"\n" + hook), "f.toml");
  ASSERT_TRUE(asks.ok()) << asks.error().toString();
  const IssuerDecisionConfig& decision = asks.value().decisions.at(0);
  EXPECT_EQ(decision.decision, DecisionMode::kAsk);
  EXPECT_EQ(decision.whenSilent, SilenceMode::kRed);
  EXPECT_EQ(decision.deadline, std::chrono::seconds(8));
  EXPECT_EQ(decision.webhook->url, "https://a/b");
  EXPECT_FALSE(decision.notifies());
  const std::string told = hook + "notify = [\"transaction\", \"card.state_changed\"]\n";
  const auto tells = readServerConfig(with(told), "f.toml");
  ASSERT_TRUE(tells.ok()) << tells.error().toString();
  EXPECT_TRUE(tells.value().decisions.at(0).notifyCardStates);
  EXPECT_TRUE(tells.value().decisions.at(0).notifyTransactions);
  EXPECT_EQ(tells.value().decisions[0].decision, DecisionMode::kGreen);
  for (const char* types : {"[\"card\"]", "[\"transaction\", \"transaction\"]"}) {
    EXPECT_EQ(errorOf(with(hook + "notify = " + types + "\n")),
              "f.toml:10: issuer[0].webhook.notify: may have \"card.state_changed\" and "
              "\"transaction\", each once");
  }
  EXPECT_EQ(errorOf(with("decision = \"ask\"\n")),
            "f.toml:7: issuer[0].decision: \"ask\" needs [issuer.webhook]");
  EXPECT_EQ(errorOf(with("decision = \"blue\"\n")),
            "f.toml:7: issuer[0].decision: is one of \"green\" \"yellow\" \"red\" \"ask\"");
  EXPECT_EQ(errorOf(with("decision = \"ask\"\ndeadline_seconds = 9\n" + hook)),
            "f.toml:8: issuer[0].deadline_seconds: must be a whole number from 1 to 8");
  for (const std::string& lines :
       {hook, "decision = \"red\"\n" + hook, std::string("when_silent = \"green\"\n"),
        std::string("deadline_seconds = 2\n")}) {
    EXPECT_NE(errorOf(with(lines)).find("is for decision = \"ask\" only"), std::string::npos)
        << lines;
  }
}

TEST(ServerConfigTest, UnknownNameIsRefusedWhereverItStands) {
  const std::string unknown = "is not a known field: remove it or correct its name";
  EXPECT_EQ(errorOf("colour = 1\n" + kLeast), "f.toml:1: colour: " + unknown);
  EXPECT_EQ(errorOf(kLeast + "[sever]\n"), "f.toml:4: sever: " + unknown);
  EXPECT_EQ(errorOf(kLeast + "[server]\nworker = 2\n"), "f.toml:5: server.worker: " + unknown);
  EXPECT_EQ(errorOf(kLeast + "[limits]\nidle = 2\n"), "f.toml:5: limits.idle: " + unknown);
  EXPECT_EQ(errorOf(kLeast + "[codes]\ntries = 2\n"), "f.toml:5: codes.tries: " + unknown);
  EXPECT_EQ(errorOf(kLeast + "tenant = 2\n"), "f.toml:4: backend.tenant: " + unknown);
  EXPECT_EQ(errorOf(kLeast + kIssuer + "expiry = 2\n"),
            "f.toml:11: issuer[0].bin[0].expiry: " + unknown);
}

TEST(ServerConfigTest, SecretHasNoFieldToStandIn) {
  for (const char* name : {"password", "token", "secret", "key", "operator_token"}) {
    const std::string error = errorOf(kLeast + "[server]\n" + name + " = \"hunter2\"\n");
    EXPECT_TRUE(error.starts_with("f.toml:5: server." + std::string(name) + ": ")) << error;
    EXPECT_EQ(error.find("hunter2"), std::string::npos);
  }
}

TEST(ServerConfigTest, MissingFieldIsNamed) {
  EXPECT_EQ(errorOf(""), "f.toml: backend.id: is missing: add it");
  EXPECT_EQ(errorOf("[backend]\nid = \"a\"\n"),
            "f.toml:1: backend.wallet_provider: is missing: add it");
  EXPECT_EQ(errorOf(kLeast + "[[issuer]]\nid = \"" + std::string(kId) + "\"\n"),
            "f.toml:4: issuer[0].name: is missing: add it");
}

TEST(ServerConfigTest, WrongTypeIsNamed) {
  EXPECT_EQ(errorOf("server = 1\n" + kLeast), "f.toml:1: server: must be a table: [server]");
  EXPECT_EQ(errorOf(kLeast + "[server]\nlisten = 8443\n"),
            "f.toml:5: server.listen: must be a string");
  EXPECT_EQ(errorOf(kLeast + "[server]\nworkers = \"2\"\n"),
            "f.toml:5: server.workers: must be a whole number from 1 to 64");
  EXPECT_EQ(errorOf(kLeast + "[server]\nworkers = 2.0\n"),
            "f.toml:5: server.workers: must be a whole number from 1 to 64");
  for (const char* hosts : {"\"a\"", "[1]", "[\"a\", 1]", "[\"\"]", "{}"}) {
    EXPECT_EQ(errorOf(kLeast + "[server]\nhosts = " + hosts + "\n"),
              "f.toml:5: server.hosts: must be an array of strings");
  }
  EXPECT_EQ(errorOf("issuer = [1]\n" + kLeast),
            "f.toml:1: issuer: must be an array of tables: [[issuer]]");
  EXPECT_EQ(errorOf("issuer = 1\n" + kLeast),
            "f.toml:1: issuer: must be an array of tables: [[issuer]]");
}

TEST(ServerConfigTest, ValueOutOfItsRangeIsNamedWithTheRange) {
  struct Range {
    const char* table;
    const char* field;
    std::int64_t min;
    std::int64_t max;
  };
  for (const Range& range : {Range{"server", "workers", 1, 64},
                             {"codes", "lifetime_seconds", 1, 31'622'400},
                             {"limits", "connections", 1, 1'000'000},
                             {"limits", "connections_per_address", 1, 1'000'000},
                             {"limits", "requests_per_second_per_address", 0, 1'000'000},
                             {"limits", "requests_per_second_per_token", 0, 1'000'000},
                             {"limits", "requests_per_minute_per_wallet", 0, 1'000'000},
                             {"limits", "failures_per_address", 0, 1'000'000},
                             {"limits", "failures_seconds", 1, 3'600},
                             {"limits", "lockout_seconds", 1, 3'600},
                             {"limits", "idle_seconds", 1, 3'600},
                             {"limits", "header_seconds", 1, 3'600},
                             {"limits", "body_seconds", 1, 3'600}}) {
    const auto with = [&](std::int64_t value) {
      return errorOf(kLeast + "[" + range.table + "]\n" + range.field + " = " +
                     std::to_string(value) + "\n");
    };
    const std::string refused = "f.toml:5: " + std::string(range.table) + "." + range.field +
                                ": must be a whole number from " + std::to_string(range.min) +
                                " to " + std::to_string(range.max);
    EXPECT_EQ(with(range.min), "good");
    EXPECT_EQ(with(range.max), "good");
    EXPECT_EQ(with(range.min - 1), refused);
    EXPECT_EQ(with(range.max + 1), refused);
  }
}

TEST(ServerConfigTest, BackendIdHas1To64Characters) {
  const auto with = [](std::size_t length) {
    return errorOf("[backend]\nid = \"" + std::string(length, 'a') + "\"\nwallet_provider = \"" +
                   std::string(kId) + "\"\n");
  };
  EXPECT_EQ(with(1), "good");
  EXPECT_EQ(with(64), "good");
  EXPECT_EQ(with(0), "f.toml:2: backend.id: has 1 to 64 characters");
  EXPECT_EQ(with(65), "f.toml:2: backend.id: has 1 to 64 characters");
}

TEST(ServerConfigTest, IdIs32LowercaseHexCharacters) {
  for (const char* id : {"", "00", "00112233445566778899AABBCCDDEEFF",
                         "0g112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff0"}) {
    EXPECT_EQ(errorOf("[backend]\nid = \"a\"\nwallet_provider = \"" + std::string(id) + "\"\n"),
              "f.toml:3: backend.wallet_provider: is 32 lowercase hex characters");
  }
}

TEST(ServerConfigTest, FirstErrorIsTheOneThatIsTold) {
  EXPECT_EQ(errorOf("[server]\nworkers = 0\nlisten = 1\n[backend]\n"),
            "f.toml:3: server.listen: must be a string");
}

TEST(ServerConfigTest, TextThatIsNoTomlIsNamedByItsLine) {
  const std::string error = errorOf(kLeast + "[server\n");
  EXPECT_TRUE(error.starts_with("f.toml:4: ")) << error;
  for (const char* text :
       {"a = 1\na = 2\n", "[=a]\n", "[a.=b]\n", "a.=b = 1\n", "= 1\n", "[[", "["}) {
    EXPECT_TRUE(errorOf(text).starts_with("f.toml:")) << text;
  }
}

TEST(ServerConfigTest, InitialFilesAreGood) {
  fakes::SeededRandom random;
  const auto provider = base::TenantId::random(random);
  const auto issuer = base::TenantId::random(random);
  const auto read = readServerConfig(
      initialServerConfig("florin-a", provider, issuer, {"wallet.example", "::1"}), "f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  EXPECT_EQ(read.value().backendId, "florin-a");
  EXPECT_EQ(read.value().walletProvider, provider);
  EXPECT_EQ(read.value().hosts, (std::vector<std::string>{"wallet.example", "::1"}));
  ASSERT_EQ(read.value().issuers.size(), 1U);
  EXPECT_EQ(read.value().issuers[0].id, issuer);
}

TEST(InitialFilesTest, ProgramsAreTheBuiltInOnes) {
  std::vector<std::string> names;
  for (const InitialProgram& program : initialPrograms()) {
    const auto read = readProgramConfig(program.text, "p.toml");
    ASSERT_TRUE(read.ok()) << read.error().toString();
    const emv::ProgramTemplate& card = read.value().program.card;
    EXPECT_EQ(card.name, program.name);
    EXPECT_EQ(card.aid, emv::builtInProgram(program.name)->aid);
    EXPECT_EQ(card.kernel, emv::builtInProgram(program.name)->kernel);
    EXPECT_EQ(card.keys.scheme, emv::builtInProgram(program.name)->keys.scheme);
    EXPECT_EQ(card.offlineAuthentication, program.name == "K2");
    names.push_back(program.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"K2", "K3", "FLORIN"}));
}

TEST(ProgramTest, LeastHasTheBuiltInProgramsDefaults) {
  const auto read = readProgramConfig(kProgram, "p.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  EXPECT_EQ(read.value().program.card.name, "K2");
  EXPECT_EQ(read.value().program.product, "Card");
  EXPECT_EQ(read.value().program.dpanPrefix, "999990");
  EXPECT_EQ(read.value().program.dpanLength, 16U);
  EXPECT_EQ(read.value().program.amountLimit, 0);
  EXPECT_EQ(read.value().program.card.currency, emv::programK2().currency);
  EXPECT_EQ(read.value().program.card.keys.stock, emv::programK2().keys.stock);
}

TEST(ProgramTest, EveryFieldIsRead) {
  const auto read =
      readProgramConfig(kProgram +
                            "dpan_length = 19\nlabel = \"L\"\ncurrency = 840\n"
                            "country = 56\namount_limit_minor_units = 9\n"
                            "cvm_limit_minor_units = 8\n[keys]\nstock = 7\nlow_water = 6\n",
                        "p.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  EXPECT_EQ(read.value().program.dpanLength, 19U);
  EXPECT_EQ(read.value().program.card.label, "L");
  EXPECT_EQ(read.value().program.card.currency, 840);
  EXPECT_EQ(read.value().program.card.country, 56);
  EXPECT_EQ(read.value().program.amountLimit, 9);
  EXPECT_EQ(read.value().program.card.cvmLimit, 8U);
  EXPECT_EQ(read.value().program.card.keys.stock, 7U);
  EXPECT_EQ(read.value().program.card.keys.lowWater, 6U);
}

TEST(ProgramTest, ErrorsNameFileLineAndField) {
  EXPECT_EQ(programErrorOf("base = \"K9\"\n"),
            "p.toml:1: base: names no built-in program: use \"K2\", \"K3\" or \"FLORIN\"");
  EXPECT_EQ(programErrorOf(kProgram + "aid = \"f000\"\n"),
            "p.toml:5: aid: must be 10 to 32 hexadecimal digits");
  EXPECT_EQ(programErrorOf(kProgram + "late_window = 65\n"),
            "p.toml:5: late_window: must be a whole number from 0 to 64");
  EXPECT_EQ(programErrorOf(kProgram + "[history]\nrecords = 101\n"),
            "p.toml:6: history.records: must be a whole number from 1 to 100");
  EXPECT_EQ(programErrorOf(kProgram + "[history]\nweeks = 1\n"),
            "p.toml:6: history.weeks: is not a known field: remove it or correct its name");
  EXPECT_EQ(programErrorOf(kProgram + "offline_authentication = \"dda\"\n"),
            "p.toml:5: offline_authentication: is one of \"none\" \"cda\"");
  EXPECT_EQ(programErrorOf("name = \"K3\"\nbase = \"K3\"\nproduct = \"Card\"\n"
                           "dpan_prefix = \"999990\"\noffline_authentication = \"cda\"\n"),
            "p.toml:5: offline_authentication: \"cda\" is for programs of base \"K2\" and "
            "\"FLORIN\"");
  EXPECT_EQ(programErrorOf("name = \"../K2\"\nbase = \"K2\"\nproduct = \"Card\"\n"
                           "dpan_prefix = \"999990\"\n"),
            "p.toml:1: name: must be 1 to 16 letters, digits, '-' or '_'");
  EXPECT_EQ(programErrorOf(kProgram + "offline_authentication_failed = \"ask\"\n"),
            "p.toml:5: offline_authentication_failed: is one of \"approve\" \"decline\"");
  EXPECT_EQ(programErrorOf(kProgram + "dpan_length = 12\n"),
            "p.toml:5: dpan_length: must be a whole number from 13 to 19");
  EXPECT_EQ(programErrorOf(kProgram + "currency = 0\n"),
            "p.toml:5: currency: must be a whole number from 1 to 999");
  EXPECT_EQ(programErrorOf(kProgram + "[keys]\nstock = 65\n"),
            "p.toml:6: keys.stock: must be a whole number from 1 to 64");
  EXPECT_EQ(programErrorOf(kProgram + "[keys]\nstock = 3\nlow_water = 3\n"),
            "p.toml:7: keys.low_water: must be below keys.stock");
  EXPECT_EQ(programErrorOf(kProgram + "stock = 3\n"),
            "p.toml:5: stock: is not a known field: remove it or correct its name");
}

TEST(ProgramTest, WhatTheProgramsOwnChecksRefuseIsRefused) {
  const std::string error = programErrorOf(kProgram + "label = \"" + std::string(17, 'L') + "\"\n");
  EXPECT_TRUE(error.starts_with("p.toml:1: name: ")) << error;
}

TEST_F(ConfigFilesTest, MissingFileIsNamed) {
  const auto read = loadServerConfig(folder / "absent.toml");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().toString(),
            (folder / "absent.toml").string() + ": cannot be read: is it there?");
  EXPECT_FALSE(loadServerConfig(folder).ok());
}

TEST_F(ConfigFilesTest, FileIsReadWholeAndNamedInErrors) {
  EXPECT_TRUE(loadServerConfig(put("good.toml", kLeast)).ok());
  const fs::path bad = put("bad.toml", kLeast + "[sever]\n");
  EXPECT_TRUE(loadServerConfig(bad).error().toString().starts_with(bad.string() + ":4: sever: "));
}

TEST_F(ConfigFilesTest, HugeFileIsRefused) {
  const fs::path huge = put("huge.toml", kLeast + "#" + std::string(1024 * 1024, 'x') + "\n");
  EXPECT_EQ(loadServerConfig(huge).error().toString(), huge.string() + ": is over 1 MiB");
}

TEST_F(ConfigFilesTest, ProgramsAreReadByName) {
  std::string second = kProgram;
  second.replace(0, std::string("name = \"K2\"").size(), "name = \"K3\"");
  put("b.toml", second);
  put("a.toml", kProgram);
  put("README", "not a program");
  const auto read = loadPrograms(folder);
  ASSERT_TRUE(read.ok()) << read.error().toString();
  ASSERT_EQ(read.value().size(), 2U);
  EXPECT_EQ(read.value()[0].card.name, "K2");
  EXPECT_EQ(read.value()[1].card.name, "K3");

  put("c.toml", "base = 1\n");
  EXPECT_EQ(loadPrograms(folder).error().toString(),
            (folder / "c.toml").string() + ":1: base: must be a string");
}

TEST_F(ConfigFilesTest, FolderWithoutProgramsIsAnError) {
  const std::string text = ": holds no program: add NAME.toml";
  EXPECT_EQ(loadPrograms(folder).error().toString(), folder.string() + text);
  EXPECT_EQ(loadPrograms(folder / "absent").error().toString(),
            (folder / "absent").string() + text);
}

TEST(EndpointTest, TakesAddressAndPort) {
  EXPECT_EQ(parseEndpoint("127.0.0.1:0")->port, 0);
  EXPECT_EQ(parseEndpoint("127.0.0.1:65535")->port, 65'535);
  EXPECT_EQ(parseEndpoint("[::1]:8443")->address, "::1");
  for (const char* text : {"", ":", ":1", "a", "a:", "a:b", "a:-1", "a:65536", "a:000001",
                           "::1:8443", "[]:1", "[::1]", "a:1 "}) {
    EXPECT_EQ(parseEndpoint(text).error().code(), Code::kInvalidArgument) << text;
  }
}

TEST(ServerConfigTest, CharactersThatAreNotAsciiAreRefusedByLine) {
  const std::string expected =
      "f.toml:2: has a character that is not ASCII: write it as \\uXXXX in a string";
  EXPECT_EQ(errorOf("[server]\n\xC8\x82"), expected);
  EXPECT_EQ(errorOf("[server]\n# \xC3\xA9"), expected);
}

}  // namespace
}  // namespace florin::config
