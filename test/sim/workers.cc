#include "workers.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace florin::sim {

void runParallel(std::size_t count, unsigned threads,
                 const std::function<Outcome(std::size_t index)>& one,
                 const std::function<bool(const Numbered&)>& told) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};
  std::mutex telling;
  const auto work = [&] {
    for (std::size_t index = next++; index < count && !stopped; index = next++) {
      const Numbered result{index, one(index)};
      const std::lock_guard lock(telling);
      if (!stopped && !told(result)) stopped = true;
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

}  // namespace florin::sim
