// A person at a terminal is walked through ID&V: the method, then the one-time password.
#pragma once

#include <string>

#include "console.h"
#include "wallet_session.h"

namespace florin::apps {

// canAsk tells whether a person is there to answer.
bool canAsk(const Console& console);

// walkThrough ends when the card is activated, or waits for its issuer. A wrong password is asked
// for again as long as there are tries; Enter alone has another one sent.
Done walkThrough(Console& console, WalletSession& session, const std::string& digitalCardId);

}  // namespace florin::apps
