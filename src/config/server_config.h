// Configuration of florind: D/florind.toml and D/programs/*.toml (docs/operations.md). Unknown
// fields are refused, so that a misspelt one is an error and not a silent default. No secret stands
// in these files.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/limits.h"
#include "config/client_config.h"
#include "config/config_error.h"
#include "config/program_offer.h"
#include "config/push_config.h"
#include "tsp/catalog.h"

namespace florin::config {

// AttestationMode: what is done about a device's missing or wrong attestation.
enum class AttestationMode : std::uint8_t { kOff, kLog, kRequire };

// RollbackPolicy: what is done with a device whose vault proved to be an old one.
enum class RollbackPolicy : std::uint8_t { kReplaceKeys, kSuspend };

// How an issuer decides about cards that are to be digitized (docs/issuer-api.md).
enum class DecisionMode : std::uint8_t { kGreen, kYellow, kRed, kAsk };
enum class SilenceMode : std::uint8_t { kUnavailable, kGreen, kRed };
// A public key that an issuer signs decisions with, PEM.
struct IssuerKeyConfig {
  std::string keyId;
  NamedFile publicKey;
  bool nonceOnly = false;  // its tokens need not name the card
};
struct IssuerDecisionConfig {
  base::TenantId issuer;
  DecisionMode decision = DecisionMode::kGreen;
  SilenceMode whenSilent = SilenceMode::kUnavailable;
  std::chrono::seconds deadline{5};
  bool askEligibility = false;  // the webhook is asked before the terms are shown, too
  std::optional<WebhookConfig> webhook;
  std::vector<IssuerKeyConfig> keys;
  bool notifyCardStates = false;  // what the issuer is told by it
  bool notifyTransactions = false;
  [[nodiscard]] bool notifies() const { return notifyCardStates || notifyTransactions; }
};

struct ServerConfig {
  std::string listenAddress = "127.0.0.1";
  std::uint16_t listenPort = 8443;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};  // beside listenAddress
  unsigned workers = 16;  // each waits for its commit, so few threads make small groups (D10)
  LimitsConfig limits;
  std::string instance = "main";  // of several florinds on one store: whose audit log it is
  std::string backendId;          // part of every enrollment's transcript: never change it
  base::TenantId walletProvider;
  std::chrono::seconds codeLifetime{30 * 24 * 3600};
  bool typedCodes = false;  // activation codes are typed by people (suite S2)
  AttestationMode attestation = AttestationMode::kOff;
  RollbackPolicy rollback = RollbackPolicy::kReplaceKeys;
  std::chrono::days operationsKept{90};  // after they are over
  std::vector<tsp::Issuer> issuers;
  std::vector<IssuerDecisionConfig> decisions;  // one for each of them
  ClientTlsConfig clients;
  PushConfig push;
};

// loadServerConfig reads florind.toml.
Loaded<ServerConfig> loadServerConfig(const std::filesystem::path& file);

// readServerConfig reads its text; `file` stands in errors.
Loaded<ServerConfig> readServerConfig(std::string_view text, const std::filesystem::path& file);

// loadProgram reads one program with the files that it names; loadPrograms all *.toml of a folder,
// by name. readProgramConfig reads a program's text alone.
struct ProgramConfig {
  tsp::Program program;
  OfferFiles files;
};
Loaded<tsp::Program> loadProgram(const std::filesystem::path& file);
Loaded<ProgramConfig> readProgramConfig(std::string_view text, const std::filesystem::path& file);
Loaded<std::vector<tsp::Program>> loadPrograms(const std::filesystem::path& folder);

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

// parseEndpoint reads "127.0.0.1:8443" or "[::1]:8443". kInvalidArgument: another form.
Result<Endpoint> parseEndpoint(std::string_view text);

// The files that `florind init` writes.
std::string initialServerConfig(std::string_view backendId, const base::TenantId& walletProvider,
                                const base::TenantId& issuer,
                                const std::vector<std::string>& hosts);
struct InitialProgram {
  std::string name;
  std::string text;
};
std::vector<InitialProgram> initialPrograms();

}  // namespace florin::config
