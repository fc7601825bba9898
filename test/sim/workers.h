// Workers run many independent runs on several threads.
#pragma once

#include <functional>
#include <vector>

#include "run.h"

namespace florin::sim {

struct Numbered {
  std::size_t index = 0;
  Outcome outcome;
};

// runParallel calls `one(index)` for 0 to count - 1, on `threads` threads, in ascending order of
// beginning. `told` gets every outcome, one at a time; it returns false to begin no more.
void runParallel(std::size_t count, unsigned threads,
                 const std::function<Outcome(std::size_t index)>& one,
                 const std::function<bool(const Numbered&)>& told);

}  // namespace florin::sim
