// florin-bench: `enroll` measures a whole florind; anything else goes to Google Benchmark.
#include <benchmark/benchmark.h>

#include <string_view>

#include "enroll_run.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "enroll") {
    return florin::bench::runEnroll(argc - 1, argv + 1);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
