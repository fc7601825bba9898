// What happens elsewhere and a command waits for, with progress, or follows.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "console.h"
#include "interrupts.h"

namespace florin::apps {

// awaitThat asks `happened` again and again. False: the deadline passed. kInterrupted: Ctrl-C,
// which undoes nothing. A failure of `happened` ends the wait, but for one that may pass
// (kUnreachable), until the deadline; then that failure is the answer.
Outcome<bool> awaitThat(Console& console, Interrupts& interrupts, const std::string& what,
                        std::chrono::seconds deadline,
                        const std::function<Outcome<bool>()>& happened);

// follow calls `look` until the user interrupts, which is its good end. A failure that may pass
// (kUnreachable) is shown as a warning, once until it is over, but for the first; another ends it.
Done follow(Console& console, Interrupts& interrupts, const std::function<Done()>& look);

// sleepFor is false when the user interrupts.
bool sleepFor(Interrupts& interrupts, std::chrono::milliseconds time);

}  // namespace florin::apps
