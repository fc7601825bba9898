// One whole enrollment with first provisioning, SDK and backend in one process over the in-memory
// store: what remains when network, TLS and disk are taken away.
#include <benchmark/benchmark.h>

#include "../test/flow/world.h"

namespace florin {
namespace {

void enrollment(benchmark::State& state) {
  std::size_t enrolled = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto world = std::make_unique<test::World>();
    world->wse();
    const std::string code = world->digitize().code;
    state.ResumeTiming();
    enrolled += world->enroll(code).completions;
    state.PauseTiming();
    world.reset();
    state.ResumeTiming();
  }
  if (enrolled != static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("an enrollment failed");
  }
}
BENCHMARK(enrollment)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace florin
