// How payments are shown, as text and as JSON.
#pragma once

#include "acquirer.h"
#include "console.h"
#include "payment.h"

namespace florin::apps {

// showExchange prints the commands and answers: a line each, or with `whole` all that they say.
void showExchange(Console& console, const std::vector<TracedStep>& steps, bool whole);

// What came of offline data authentication; nothing is shown when there was none.
std::string_view nameOf(terminal::OfflineAuthentication authentication);
void showAuthentication(Console& console, const terminal::TapResult& result);

codec::JsonArray exchangeJson(const std::vector<TracedStep>& steps);

void showVerdict(Console& console, const Verdict& verdict);

// milliseconds gives "12.3".
std::string milliseconds(double value);

}  // namespace florin::apps
