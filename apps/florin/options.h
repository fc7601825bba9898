// Options are all that a user may say; each sub-command fills its part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "console.h"

namespace florin::apps {

// Whose API of the backend.
enum class Api : std::uint8_t { kIssuer, kOperator, kAcquirer };

struct Options {
  bool json = false;
  std::string vault;

  // wallet init, issuer, ops
  std::string backend;
  std::string caFile;
  std::string acquirerTokenFile;  // also: tap, authorize
  bool update = false;
  std::string deviceType;  // empty: as it is

  // wallet digitize
  std::string pan;
  std::string expiry;  // also: issuer card renew
  std::string cvv;
  std::string holderName;
  std::string language = "en";  // also: enroll, continue, activate
  std::string nonce;
  std::string pushSession;
  std::string authenticationTokenFile;
  std::string correlationId;  // also: ops
  bool acceptTerms = false;
  bool approved = false;  // issuer push

  // wallet enroll, continue, activate
  std::string code;  // empty: ask on the terminal
  std::string pushToken;

  // wallet replenish, suspend, resume, delete
  std::string card;  // empty: the default card
  bool force = false;

  // wallet wipe, delete; issuer and ops: delete, revoke, wipe
  bool yes = false;

  // wallet listen
  std::string port = "8455";
  std::string webhookSecretFile;
  bool once = false;

  // tap, authorize; card: trace
  std::string amount;
  std::string currency;
  std::string saveRequest;
  bool trace = false;
  bool pin = false;
  bool authenticated = false;
  std::string requestFile;
  std::optional<std::string> idempotencyKey;

  // card
  std::string virtualReader = "127.0.0.1:35963";

  // issuer, ops
  Api api = Api::kIssuer;
  std::string tokenFile;
  std::string clientPemFile;
  std::string digitalCardId;
  std::string deviceId;
  std::string walletId;
  std::string webhookId;
  std::string issuerId;
  std::string lastFour;
  std::string state;
  std::uint64_t operation = 0;
  std::uint64_t before = 0;  // a number of the audit log; 0: its end
  std::string reason;        // also: wallet lock
  bool parked = false;
  bool wait = false;
  bool all = false;
  bool follow = false;
  unsigned deadlineSeconds = 60;

  // ops token
  std::string scope;
  std::string tenant;
  std::string label;
  std::string outFile;
  std::string tokenId;

  // wallet verify
  std::string method;
  std::string otp;

  // issuer simulate, demo
  std::string decision = "green";

  // demo
  bool keep = false;
  std::string program = "K2";

  // program export-ca
  std::string exportedProgram;  // empty: all
};

using Command = Done (*)(Console& console, const Options& options);

// Invocation is what the command line asks for: a command to run, or text to print.
struct Invocation {
  Command command = nullptr;
  Options options;
  std::string text;
};

// parseArguments: kUsage when the command line is wrong.
Outcome<Invocation> parseArguments(int argc, const char* const* argv);

// portOf reads --port.
Outcome<std::uint16_t> portOf(const std::string& text);

// asksForJson tells of a command line that is wrong how to say so.
bool asksForJson(int argc, const char* const* argv);

}  // namespace florin::apps
