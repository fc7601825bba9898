#include <atomic>
#include <cstdio>
#include <thread>

#include "commands.h"
#include "load_options.h"
#include "posix/file_limit.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;

constexpr unsigned kThreads = 4;
constexpr std::size_t kFilesBeside = 64;
constexpr std::size_t kMost = 16'000;  // what kNoLimits of backend_process.cc lets in
const std::string kPath = "/healthz";

struct Options {
  bool json = false;
  std::size_t count = 10'000;
};

// each shares items out among a few threads. Gives the first error.
Done each(std::size_t items, const std::function<Status(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::vector<Status> outcomes(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (Status& outcome : outcomes) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < items && outcome.ok(); i = next++) outcome = work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Status& outcome : outcomes) {
    if (!outcome.ok()) return internal(outcome.error());
  }
  return {};
}

Done connections(const Options& options) {
  if (posix::raiseFileLimit(options.count + kFilesBeside) < options.count + kFilesBeside) {
    return Failure{Exit::kLocalState,
                   "this shell may not open so many files: raise `ulimit -Hn` or lower --count"};
  }
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, BackendProcess::start(interrupts));
  const auto tls = Tls::open(backend->endpoint());
  if (!tls.ok()) return internal(tls.error());
  const long before = backend->residentKb();
  std::vector<std::optional<Client>> clients(options.count);
  // Each asks once, as a client does that keeps its connection for the next request.
  const Done connected = each(options.count, [&](std::size_t i) -> Status {
    FLORIN_TRY_ASSIGN(clients[i], Client::connect(backend->endpoint(), *tls));
    FLORIN_TRY(clients[i]->get(kPath));
    return {};
  });
  FLORIN_TRY(connected);
  const long idle = backend->residentKb();
  std::atomic<std::size_t> answered = 0;
  FLORIN_TRY(each(options.count, [&](std::size_t i) -> Status {
    if (clients[i]->get(kPath).ok()) ++answered;
    return {};
  }));
  const double bytes =
      static_cast<double>(idle - before) * 1024 / static_cast<double>(options.count);
  const char* const form =
      options.json ? "{\"connections\":%zu,\"answered\":%zu,\"rss_kb\":%ld,\"rss_kb_before\":%ld,"
                     "\"bytes_per_connection\":%.0f}\n"
                   : "%zu idle connections, %zu of them answered the next request\n"
                     "resident %ld KiB, without them %ld KiB: %.0f bytes a connection\n";
  std::printf(form, options.count, answered.load(), idle, before, bytes);
  if (answered == options.count) return {};
  return Failure{Exit::kInternal, "a connection was not answered"};
}

}  // namespace

int runConnections(int argc, char** argv) {
  Options options;
  CLI::App app("florind with many connections that wait", "florin-bench connections");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_option("--count", options.count, "connections")->check(CLI::Range(std::size_t{1}, kMost));
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(connections(options));
}

}  // namespace florin::bench
