// What to say about a command line that is wrong: one line, whatever the program.
#pragma once

#include "common/failure.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace florin::apps {

// usageFailure says what CLI11 found wrong, of an unknown sub-command the name and those that
// there are, and whose --help to read.
Failure usageFailure(const CLI::App& app, const CLI::ParseError& error, int argc,
                     const char* const* argv);

}  // namespace florin::apps
