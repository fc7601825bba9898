#include "awaited.h"

#include <algorithm>
#include <thread>

#include "bounds.h"

namespace florin::apps {
namespace {

using Clock = std::chrono::steady_clock;

std::string secondsSince(Clock::time_point began) {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began);
  return std::to_string(passed.count()) + " s";
}

}  // namespace

bool sleepFor(Interrupts& interrupts, std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
    if (interrupts.pending()) return false;
    std::this_thread::sleep_for(
        std::min<Clock::duration>(bounds::kPoll, std::max(Clock::duration{}, end - Clock::now())));
  }
  return !interrupts.pending();
}

Outcome<bool> awaitThat(Console& console, Interrupts& interrupts, const std::string& what,
                        std::chrono::seconds deadline,
                        const std::function<Outcome<bool>()>& happened) {
  const auto began = Clock::now();
  while (true) {
    auto seen = happened();
    const bool late = Clock::now() - began >= deadline;
    const bool mayPass = !seen.ok() && seen.error().exit == Exit::kUnreachable && !late;
    if (late || (seen.ok() && *seen) || (!seen.ok() && !mayPass)) {
      console.progress();
      return seen;
    }
    std::string text = "waiting " + secondsSince(began);
    text.append(" of ").append(std::to_string(deadline.count())).append(" s ").append(what);
    if (mayPass) text.append(" (").append(seen.error().text).append(")");
    console.progress(text);
    if (!sleepFor(interrupts, bounds::kWatch)) {
      console.progress();
      return Failure{Exit::kInterrupted, "not waiting any more; what was asked for stands"};
    }
  }
}

Done follow(Console& console, Interrupts& interrupts, const std::function<Done()>& look) {
  FLORIN_TRY(look());
  bool troubled = false;
  while (sleepFor(interrupts, bounds::kWatch)) {
    const Done seen = look();
    if (interrupts.pending()) break;
    if (!seen.ok() && seen.error().exit != Exit::kUnreachable) return seen;
    if (!seen.ok() && !troubled) console.warning(seen.error().text);
    troubled = !seen.ok();
  }
  return {};
}

}  // namespace florin::apps
