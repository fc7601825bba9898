// Parts of the command line's definition: one function adds the sub-commands of one subject.
#pragma once

#include <CLI/CLI.hpp>

#include "options.h"

namespace florin::apps {

// Parser ties CLI11's application to the Invocation that it fills.
struct Parser {
  CLI::App app{"Florin: a wallet, a terminal and a demonstration in one command", "florin"};
  Invocation invocation;

  CLI::App& add(CLI::App& parent, const char* name, const char* help, Command command) {
    CLI::App& sub = *parent.add_subcommand(name, help);
    sub.add_flag("--json", invocation.options.json, "print one JSON object");
    sub.callback([this, command] { invocation.command = command; });
    return sub;
  }
  CLI::App& addWithVault(CLI::App& parent, const char* name, const char* help, Command command) {
    CLI::App& sub = add(parent, name, help, command);
    sub.add_option("--vault", invocation.options.vault, "the wallet's vault file")
        ->required()
        ->type_name("FILE");
    return sub;
  }
};

// florin program ...
void addProgramCommands(Parser& parser);

// florin issuer ...
void addIssuerCommands(Parser& parser);

// florin audit ...
void addAuditCommands(Parser& parser);

// florin ops ...
void addOperatorCommands(Parser& parser);

}  // namespace florin::apps
