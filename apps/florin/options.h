// Options are all that a user may say; each sub-command fills its part.
#pragma once

#include <optional>
#include <string>

#include "console.h"

namespace florin::apps {

struct Options {
  bool json = false;
  std::string vault;

  // wallet init
  std::string backend;
  std::string caFile;
  std::string acquirerTokenFile;  // also: tap, authorize
  bool update = false;

  // wallet digitize
  std::string pan;
  std::string expiry;
  std::string cvv;
  std::string holderName;
  std::string language = "en";  // also: enroll, continue, activate

  // wallet enroll, continue, activate
  std::string code;  // empty: ask on the terminal
  std::string pushToken;

  // wallet replenish, suspend, resume, delete
  std::string card;  // empty: the default card
  bool force = false;

  // wallet wipe, delete
  bool yes = false;

  // wallet listen
  std::string port = "8455";
  std::string webhookSecretFile;
  bool once = false;

  // tap, authorize
  std::string amount;
  std::string currency;
  std::string saveRequest;
  bool trace = false;
  bool pin = false;
  std::string requestFile;
  std::optional<std::string> idempotencyKey;

  bool keep = false;  // demo
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

// asksForJson tells of a command line that is wrong how to say so.
bool asksForJson(int argc, const char* const* argv);

}  // namespace florin::apps
