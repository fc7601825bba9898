#include "load_options.h"

#include <cstdio>

#include "config/server_config.h"

namespace florin::bench {

using apps::Exit;
using apps::Failure;

void LoadOptions::addTo(CLI::App& app, const Unit& unit) {
  app.add_flag("--json", json, "print one JSON object");
  app.add_flag("--floor", floor, "list the floor's primitives");
  app.add_option("--devices", devices, "connections")->check(CLI::Range(1, 1024));
  app.add_option("--seconds", seconds, "measured time")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--" + unit.many, count, "so many " + unit.many + ", however long they take");
  app.add_option("--backend", backend, "a florind that runs: https://ADDRESS:PORT");
  app.add_option("--ca", ca, "its certificate");
  app.add_option("--pid", pid, "its process");
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return std::nullopt;
}

int statusOf(const apps::Done& done) {
  if (done.ok()) return 0;
  std::fprintf(stderr, "florin-bench: %s\n", done.error().text.c_str());
  return static_cast<int>(done.error().exit);
}

Failure internal(const Error& error) { return {Exit::kInternal, apps::describe(error)}; }

apps::Outcome<std::unique_ptr<BackendProcess>> backendFor(const LoadOptions& options,
                                                          apps::Interrupts& interrupts) {
  if (options.backend.empty()) return BackendProcess::start(interrupts);
  constexpr std::string_view kScheme = "https://";
  const auto endpoint = options.backend.starts_with(kScheme)
                            ? config::parseEndpoint(options.backend.substr(kScheme.size()))
                            : config::parseEndpoint(options.backend);
  if (!endpoint.ok() || options.ca.empty() || options.pid == 0) {
    return Failure{Exit::kUsage, "--backend https://ADDRESS:PORT needs --ca FILE and --pid PID"};
  }
  return BackendProcess::attach({endpoint->address, endpoint->port, options.ca}, options.pid);
}

}  // namespace florin::bench
