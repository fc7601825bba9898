// florin-bench: `florin-bench COMMAND` measures a whole florind, or the SDK (commands.h); anything
// else goes to Google Benchmark.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>
#include <utility>

#include "commands.h"

namespace {

using Run = int (*)(int argc, char** argv);
constexpr std::array<std::pair<std::string_view, Run>, 9> kCommands = {{
    {"enroll", florin::bench::runEnroll},
    {"exchange", florin::bench::runExchange},
    {"idle", florin::bench::runIdle},
    {"grow", florin::bench::runGrow},
    {"authorize", florin::bench::runAuthorize},
    {"digitize", florin::bench::runDigitize},
    {"connections", florin::bench::runConnections},
    {"tap", florin::bench::runTap},
    {"push", florin::bench::runPush},
}};

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [name, run] : kCommands) {
    if (argc > 1 && name == argv[1]) return run(argc - 1, argv + 1);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
