#include "drain_run.h"

#include <atomic>
#include <chrono>
#include <cstdio>

#include "base/limits.h"
#include "load.h"
#include "sqlite/connection.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;
using apps::Outcome;
using SteadyClock = std::chrono::steady_clock;

// What became of the requests, and of the connections that were tried after the end.
struct Counts {
  std::atomic<std::size_t> answered = 0;
  std::atomic<std::size_t> digitized = 0;
  std::atomic<std::size_t> unread = 0;   // the connection had been ended before they came
  std::atomic<std::size_t> refused = 0;  // connections
  std::atomic<std::size_t> failed = 0;
};

// Digitizer makes one wallet after the other and fills it, until the backend is gone. It follows
// what HTTP says of a connection's end (RFC 9112, 9.3.1): a request for which nothing came on a
// connection that was ended in order is sent again on a new one.
class Digitizer {
 public:
  Digitizer(const World& world, const Endpoint& endpoint, Counts& counts)
      : world_(world), endpoint_(endpoint), counts_(counts) {}

  Status run(Client& client) {
    while (connected_) {
      const bool full = cards_ == base::limits::kOpenCodesPerWallet;
      FLORIN_TRY(!wallet_ || full ? enlist(client) : digitize(client));
    }
    return {};
  }

 private:
  Status enlist(Client& client) {
    return step(client, [&]() -> Status {
      FLORIN_TRY_ASSIGN(wallet_, Device::enlist(world_, client));
      cards_ = 0;
      return {};
    });
  }

  Status digitize(Client& client) {
    return step(client, [&]() -> Status {
      FLORIN_TRY(wallet_->digitize(world_, client));
      ++cards_;
      ++counts_.digitized;
      return {};
    });
  }

  Status step(Client& client, const std::function<Status()>& send) {
    const Status sent = send();
    if (sent.ok()) {
      ++counts_.answered;
      if (client.ended()) reconnect(client);
      return {};
    }
    if (sent.error().code() != Code::kCancelled) {
      ++counts_.failed;
      return sent;
    }
    ++counts_.unread;
    reconnect(client);
    return {};
  }

  void reconnect(Client& client) {
    client.close();
    auto fresh = Client::connect(endpoint_);
    connected_ = fresh.ok();
    if (fresh.ok()) {
      client = std::move(*fresh);
    } else {
      ++counts_.refused;
    }
  }

  const World& world_;
  const Endpoint& endpoint_;
  Counts& counts_;
  std::optional<Device> wallet_;
  std::size_t cards_ = 0;
  bool connected_ = true;
};

Result<std::int64_t> countCards(const std::string& database) {
  FLORIN_TRY_ASSIGN(auto db,
                    sqlite::Connection::open(database, sqlite::Connection::Mode::kReadOnly));
  FLORIN_TRY_ASSIGN(const auto count, db.number("SELECT count(*) FROM digital_cards"));
  return count;
}

}  // namespace

Done digitizeAndDrain(const LoadOptions& options) {
  if (!options.backend.empty()) {
    return Failure{Exit::kUsage, "--drain ends its own florind only: no --backend"};
  }
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, BackendProcess::start(interrupts));
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  Counts counts;
  std::optional<SteadyClock::time_point> ended;
  const auto begin = SteadyClock::now();
  const Done worked = load.inParallel(
      options.devices,
      [&](std::size_t, Client& client) {
        return Digitizer(load.world(), backend->endpoint(), counts).run(client);
      },
      [&]() -> Done {
        const std::chrono::duration<double> passed = SteadyClock::now() - begin;
        if (ended || passed.count() < options.seconds) return {};
        ended = SteadyClock::now();
        backend->terminate();
        return {};
      });
  FLORIN_TRY_ASSIGN(const int status, backend->awaitEnd(base::limits::kHttpDrain, interrupts));
  const std::chrono::duration<double, std::milli> drain =
      SteadyClock::now() - ended.value_or(SteadyClock::now());
  const auto stored = countCards(backend->database());
  if (!stored.ok()) return internal(stored.error());
  const char* const form =
      options.json ? "{\"answered\":%zu,\"digitizations\":%zu,\"stored\":%lld,\"unread\":%zu,"
                     "\"connections_refused\":%zu,\"failed\":%zu,\"exit_status\":%d,"
                     "\"drain_ms\":%.0f}\n"
                   : "%zu requests answered, %zu of them digitizations, %lld in the store\n"
                     "%zu came after their connection had ended, %zu connections refused\n"
                     "%zu requests failed; exit status %d after %.0f ms\n";
  std::printf(form, counts.answered.load(), counts.digitized.load(),
              static_cast<long long>(*stored), counts.unread.load(), counts.refused.load(),
              counts.failed.load(), status, drain.count());
  FLORIN_TRY(worked);
  if (status == 0 && *stored == static_cast<std::int64_t>(counts.digitized)) return {};
  return Failure{Exit::kInternal, "florind did not end in order"};
}

}  // namespace florin::bench
