#include "serve.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <iostream>

#include "assembly.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "http/server.h"
#include "named_files.h"
#include "posix/file.h"
#include "posix/file_limit.h"
#include "posix/json_log.h"
#include "prometheus.h"
#include "refusals.h"
#include "served_routes.h"

namespace florin::apps {
namespace {

constexpr std::size_t kPemFile = 64 * 1024;
constexpr std::uint64_t kFilesBeside = 1024;          // the store, pushes under way, webhooks
constexpr auto kAuditSeal = std::chrono::minutes(5);  // the most that can be cut off unseen

Failure local(const std::string& what, const Error& error) {
  return {Exit::kLocalState, what + ": " + describe(error)};
}

// The signals that end or change the server, blocked in every thread and taken by sigwait.
sigset_t blockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// From the first signal on, a second one ends the process at once.
void restoreSignals(const sigset_t& signals) {
  for (const int number : {SIGTERM, SIGINT}) signal(number, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

Outcome<http::Certificate> loadCertificate(const DataDir& dir, const ServeOptions& options,
                                           const config::ServerConfig& config) {
  const std::string chainFile =
      options.certificate.empty() ? dir.certificate() : options.certificate;
  const std::string keyFile =
      options.certificateKey.empty() ? dir.certificateKey() : options.certificateKey;
  const auto chain = posix::readFile(chainFile, kPemFile);
  if (!chain.ok()) return local(chainFile, chain.error());
  auto key = posix::readSecretFile(keyFile, kPemFile);
  if (!key.ok()) {
    return local(keyFile + " (it must be there and readable by its owner alone: chmod 600)",
                 key.error());
  }
  http::Certificate certificate{std::string(base::asText(*chain)), std::move(*key)};
  FLORIN_TRY_ASSIGN(certificate.clientAuthoritiesPem, readAuthorities(config.clients.authorities));
  return certificate;
}

// checkReadable tells a data directory that is missing or closed to us from one with a mistake in
// it.
Done checkReadable(const DataDir& dir) {
  std::error_code failed;
  if (!std::filesystem::is_directory(dir.root, failed) && failed != std::errc::permission_denied) {
    return Failure{Exit::kLocalState, dir.root.string() +
                                          " is not there: make it with `florind init --data-dir " +
                                          dir.root.string() + "`"};
  }
  for (const std::string& path : {dir.root.string(), dir.config(), dir.programs()}) {
    if (::access(path.c_str(), R_OK) == 0) continue;
    const std::error_code reason(errno, std::generic_category());
    const bool absent = reason == std::errc::no_such_file_or_directory;
    return Failure{Exit::kLocalState,
                   path + " cannot be read: " + reason.message() +
                       (absent ? "; give --data-dir a folder that `florind init` made"
                               : "; run florind as the user who made the data directory")};
  }
  return {};
}

struct Configured {
  config::ServerConfig server;
  std::vector<tsp::Program> programs;
};

Outcome<Configured> loadConfig(const DataDir& dir, const ServeOptions& options) {
  FLORIN_TRY(checkReadable(dir));
  auto loaded = config::loadServerConfig(dir.config());
  if (!loaded.ok()) return Failure{Exit::kInput, loaded.error().toString()};
  Configured out;
  out.server = std::move(loaded.value());
  auto read = config::loadPrograms(dir.programs());
  if (!read.ok()) return Failure{Exit::kInput, read.error().toString()};
  out.programs = std::move(read.value());
  if (options.listen.empty()) return out;
  const auto endpoint = config::parseEndpoint(options.listen);
  if (!endpoint.ok()) {
    return Failure{Exit::kUsage, "--listen " + options.listen + ": " + describe(endpoint.error())};
  }
  out.server.listenAddress = endpoint->address;
  out.server.listenPort = endpoint->port;
  return out;
}

void applyConfig(const config::ServerConfig& config, http::ServerOptions& server) {
  server.address = config.listenAddress;
  server.port = config.listenPort;
  server.workers = config.workers;
  server.hosts = config.hosts;
  server.hosts.push_back(config.listenAddress);
  server.limits.maxConnections = config.limits.connections;
  server.limits.maxConnectionsPerAddress = config.limits.connectionsPerAddress;
  server.limits.requestsPerSecondPerAddress = config.limits.requestsPerSecondPerAddress;
  server.limits.idle = config.limits.idle;
  server.limits.header = config.limits.header;
  server.limits.body = config.limits.body;
}

http::ClientPolicy policyOf(const config::ServerConfig& config) {
  http::ClientPolicy policy;
  policy.requestsPerSecondPerToken = config.limits.requestsPerSecondPerToken;
  policy.requestsPerMinutePerWallet = config.limits.requestsPerMinutePerWallet;
  policy.lockout = {config.limits.failuresPerAddress, config.limits.failuresWindow,
                    config.limits.longestLockout};
  policy.certificates = config.clients.certificates;
  return policy;
}

// raiseFiles makes room for the connections that are configured. Where the system gives less, fewer
// are taken: that a connection is refused can be seen, a store that cannot open its file is worse.
void raiseFiles(http::ServerOptions& server, Log& log) {
  const std::uint64_t wanted = server.limits.maxConnections + kFilesBeside;
  const std::uint64_t files = posix::raiseFileLimit(wanted);
  if (files >= wanted) return;
  server.limits.maxConnections = std::max(files / 2, files - std::min(files, kFilesBeside));
  log.warning(
      "server.file_limit",
      {{"limit", static_cast<std::int64_t>(files)},
       {"wanted", static_cast<std::int64_t>(wanted)},
       {"connections", static_cast<std::int64_t>(server.limits.maxConnections)},
       {"advice", "raise the hard limit (ulimit -Hn, LimitNOFILE) or lower limits.connections"}});
}

Failure listenFailure(const config::ServerConfig& config, const Error& error) {
  const std::string where = config.listenAddress + ":" + std::to_string(config.listenPort);
  if (error.code() == Code::kConflict) {
    return {Exit::kLocalState,
            where + " is in use: end the other program or choose another with --listen"};
  }
  return local("cannot listen on " + where, error);
}

void tellReady(int fd, const config::ServerConfig& config, std::uint16_t port) {
  if (fd < 0) return;
  const std::string line = config.listenAddress + ":" + std::to_string(port) + "\n";
  // Whoever asked for the line and left gets nothing; serving goes on.
  (void)posix::writeAll(fd, base::asBytes(line));
  ::close(fd);
}

// What cannot be looked up keeps its last value; /readyz tells of the store.
void countOutbox(Assembly& assembly, base::Metrics& metrics) {
  const auto counts = assembly.outbox();
  if (!counts.ok()) return;
  metrics.gauge("outbox_waiting", static_cast<std::int64_t>(counts->waiting));
  metrics.gauge("outbox_due", static_cast<std::int64_t>(counts->due));
  metrics.gauge("outbox_retried", static_cast<std::int64_t>(counts->retried));
}

void countNotices(Assembly& assembly, base::Metrics& metrics) {
  const auto totals = assembly.noticeTotals();
  if (!totals.ok()) return;
  records::NoticeTotals all;
  for (const records::NoticeTotals& of : *totals) {
    all.waiting += of.waiting;
    all.parked += of.parked;
    all.dropped += of.dropped;
  }
  metrics.gauge("webhooks_waiting", static_cast<std::int64_t>(all.waiting));
  metrics.gauge("webhooks_parked", static_cast<std::int64_t>(all.parked));
  metrics.gauge("webhooks_dropped", static_cast<std::int64_t>(all.dropped));
}

void tellOfRestore(Assembly& assembly, base::Metrics& metrics) {
  const auto awaits = assembly.awaitsConfirmation();
  if (awaits.ok()) metrics.gauge("restore_unconfirmed", *awaits ? 1 : 0);
}

void warnOfRestore(Assembly& assembly, Log& log) {
  const auto awaits = assembly.awaitsConfirmation();
  if (!awaits.ok() || !*awaits) return;
  log.warning("store.restore_unconfirmed",
              {{"advice",
                "what the backup does not know is answered \"busy\": restore a newer one, or say "
                "florind confirm-restore"}});
}

void reloadCertificate(const DataDir& dir, const ServeOptions& options,
                       const config::ServerConfig& config, http::Server& server, Log& log) {
  const auto loaded = loadCertificate(dir, options, config);
  if (loaded.ok() && server.reloadCertificate(*loaded).ok()) {
    log.info("server.certificate_reloaded");
  } else {
    log.error("server.certificate_kept", {{"reason", "the new one is not usable"}});
  }
}

// nextSignal waits at most until the audit log is to be sealed again; 0: no signal came.
int nextSignal(const sigset_t& signals) {
  constexpr auto kWait = std::chrono::seconds(kAuditSeal);
  const timespec wait{.tv_sec = kWait.count(), .tv_nsec = 0};
  const int number = sigtimedwait(&signals, nullptr, &wait);
  return number < 0 ? 0 : number;
}

void seal(Assembly& assembly, Log& log) {
  const auto sealed = assembly.sealAudit();
  if (!sealed.ok()) log.error("audit.not_sealed", {{"error", sealed.error()}});
}

// Keeps house until the signal that ends the server; SIGHUP loads the certificate anew.
void waitForEnd(const sigset_t& signals, Assembly& assembly, const std::function<void()>& reload,
                Log& log) {
  auto purgeAt = std::chrono::steady_clock::now();
  for (;;) {
    if (std::chrono::steady_clock::now() >= purgeAt) {
      const auto purged = assembly.housekeeping().purge();
      if (!purged.ok()) log.error("housekeeping.failed", {{"error", purged.error()}});
      warnOfRestore(assembly, log);
      purgeAt += base::limits::kHousekeeping;
    }
    seal(assembly, log);
    int number = nextSignal(signals);
    for (; number == SIGHUP; number = nextSignal(signals)) reload();
    if (number != 0) return;
  }
}

}  // namespace

Done serve(const ServeOptions& options) {
  const sigset_t signals = blockSignals();
  const DataDir dir{std::filesystem::absolute(options.dataDir)};
  FLORIN_TRY_ASSIGN(Configured configured, loadConfig(dir, options));
  const config::ServerConfig& config = configured.server;
  FLORIN_TRY(lockDataDir(dir));
  http::ServerOptions server;
  FLORIN_TRY_ASSIGN(server.certificate, loadCertificate(dir, options, config));

  posix::SystemClock clock;
  posix::JsonLog log(STDERR_FILENO, options.logLevel, clock);
  Prometheus metrics;
  crypto::OsRandom random;
  FLORIN_TRY_ASSIGN(const auto assembly,
                    Assembly::open(dir, config, std::move(configured.programs), log, metrics));
  if (options.checkConfig) {
    std::cout << dir.root.string() << ": configuration is good\n";
    return {};
  }
  auto routes = makeServedRoutes(
      assembly->makeRoutes(),
      {metrics,
       [&](const ports::HttpRequest& request) { return assembly->admitToMetrics(request); },
       [&] {
         countOutbox(*assembly, metrics);
         countNotices(*assembly, metrics);
         tellOfRestore(*assembly, metrics);
       }});
  const http::Dispatcher dispatcher(std::move(routes), makeRefusalWriter(clock), log, metrics,
                                    policyOf(config));
  applyConfig(config, server);
  raiseFiles(server, log);
  auto running = http::Server::start(std::move(server), dispatcher, clock, random, log, metrics);
  if (!running.ok()) return listenFailure(config, running.error());
  const std::uint16_t port = (*running)->port();
  log.info("server.listening", {{"address", PublicText{config.listenAddress}}, {"port", port}});
  assembly->startOutboxes();
  assembly->keepCardKeysStocked();
  tellReady(options.readyFd, config, port);

  waitForEnd(
      signals, *assembly, [&] { reloadCertificate(dir, options, config, **running, log); }, log);
  restoreSignals(signals);
  log.info("server.draining");
  (*running)->drain(base::limits::kHttpDrain);
  assembly->stopOutboxes();
  seal(*assembly, log);
  log.info("server.stopped");
  return {};
}

}  // namespace florin::apps
