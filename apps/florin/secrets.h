// Secrets that a person gives: codes, PANs. They come from standard input or a terminal without
// echo; on the command line they work, with a warning, because other users of the machine see it.
#pragma once

#include <string>

#include "console.h"
#include "florin/bytes.h"
#include "florin/enrollment.h"

namespace florin::apps {

// SecretInput reads each `-` as one more line of standard input. Not thread-safe.
class SecretInput {
 public:
  explicit SecretInput(Console& console) : console_(console) {}

  // fromOption reads the value of option `name`: "-" is the next line of standard input, asked for
  // without echo when that is a terminal.
  Outcome<SecretBytes> fromOption(const std::string& name, const std::string& value);

  // ask asks on the terminal, without echo; kInput when there is none: `name` is the option to use
  // then.
  Outcome<SecretBytes> ask(const std::string& name, const std::string& question);

 private:
  Console& console_;
};

// withoutSpaces drops the spaces and dashes that people group digits with.
SecretBytes withoutSpaces(const SecretBytes& digits);

// withoutLineEnd drops the line ends at the end of a file that holds one line.
SecretBytes withoutLineEnd(const SecretBytes& text);

// isHeaderText: one or more visible characters of ASCII.
bool isHeaderText(const SecretBytes& text);

// enter hands a code over, byte by byte.
void enter(const SecretBytes& code, SecureCodeInputer& inputer);

// shown makes plain text of a secret that the user is to see.
std::string shown(const SecretBytes& secret);

// isPan: 12 to 19 digits of which the last one is the check digit.
bool isPan(const SecretBytes& digits);

// lastFour gives the last four digits of a PAN, which may be shown.
std::string lastFour(const SecretBytes& digits);

// isCode: 4 to 32 characters of 0-9A-Za-z.
bool isCode(const SecretBytes& code);

}  // namespace florin::apps
