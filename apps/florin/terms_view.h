// Terms and conditions, as a terminal can show them.
#pragma once

#include <string>

#include "florin/gateway.h"

namespace florin::apps {

// readable gives the text without the tags of HTML, and without characters that command a terminal.
std::string readable(const TermsAndConditions& terms);

}  // namespace florin::apps
