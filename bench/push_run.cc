#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#include "base/bytes.h"
#include "base/limits.h"
#include "commands.h"
#include "crypto/p256.h"
#include "crypto/random.h"
#include "fakes/test_custody.h"
#include "load_options.h"
#include "notify/outbox_worker.h"
#include "posix/system_clock.h"
#include "push_service.h"
#include "sqlite/store.h"
#include "temporary_folder.h"

namespace florin::bench {
namespace {

using apps::Done;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kTokenSize = 163;  // characters of a token of FCM
constexpr std::size_t kRowsPerUnit = 500;
constexpr auto kSilence = std::chrono::seconds(60);  // no verdict for so long is an error

struct Options {
  bool json = false;
  std::size_t pushes = 10'000;
  std::size_t rounds = 5;
};

struct Target {
  base::DeviceId deviceId;
  SecretBytes token;
};

// CountingSender hands everything on and counts what was delivered.
class CountingSender : public ports::PushSender {
 public:
  explicit CountingSender(ports::PushSender& sender) : sender_(sender) {}

  void ring() override { sender_.ring(); }
  std::optional<ports::PushProvider> providerOf(const SecretBytes& token) override {
    return sender_.providerOf(token);
  }
  void start(ports::PushMessage message) override { sender_.start(std::move(message)); }
  std::vector<ports::PushVerdict> poll(base::Duration atMost) override {
    auto verdicts = sender_.poll(atMost);
    for (const auto& verdict : verdicts) {
      switch (verdict.outcome) {
        case ports::PushOutcome::kDelivered: ++delivered_; break;
        case ports::PushOutcome::kRetry: ++again_; break;
        case ports::PushOutcome::kTokenDead:
        case ports::PushOutcome::kFatal: refused_ = verdict.status; break;
      }
    }
    if (!verdicts.empty()) last_ = SteadyClock::now();
    return verdicts;
  }

  // check: kInternal: a push was refused. kDeadline: no verdict comes any more.
  [[nodiscard]] Status check() const {
    if (refused_) return Error(Code::kInternal, "the push service refused a push", *refused_);
    if (SteadyClock::now() - last_ > kSilence) return Error(Code::kDeadline, "no verdict comes");
    return {};
  }
  [[nodiscard]] std::size_t delivered() const { return delivered_; }
  // again counts what has to be sent once more: libcurl lost a connection or a stream.
  [[nodiscard]] std::size_t again() const { return again_; }
  void begin() {
    delivered_ = 0;
    last_ = SteadyClock::now();
  }

 private:
  ports::PushSender& sender_;
  std::size_t delivered_ = 0;
  std::size_t again_ = 0;
  std::optional<std::int64_t> refused_;  // the status of one that was not delivered
  SteadyClock::time_point last_ = SteadyClock::now();
};

// Bench has one store with the devices, and one sender for both loops.
class Bench {
 public:
  Bench(ports::Store& store, sealing::RowSealer& sealer, ports::PushSender& sender,
        base::Clock& clock, base::Random& random)
      : store_(store), sealer_(sealer), sender_(sender), clock_(clock), random_(random) {}

  Status addDevices(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto token = base::toHex(random_.bytes(kTokenSize / 2 + 1)).substr(0, kTokenSize);
      targets_.push_back(
          {base::DeviceId::random(random_), SecretBytes::copyOf(base::asBytes(token))});
    }
    for (const Target& target : targets_) byDevice_.emplace(target.deviceId, &target);
    return inUnits([&](ports::Unit& unit, const Target& target) {
      records::Device device;
      device.deviceId = target.deviceId;
      device.walletId = base::WalletId::random(random_);
      device.state = records::DeviceState::kActive;
      device.publicKey = random_.bytes(crypto::kP256Point);
      device.transportPublicKey = random_.bytes(crypto::kP256Point);
      device.sealedPsk = random_.bytes(kSealedPsk);
      device.sealedPushToken =
          sealer_.seal({"devices", "push_token", target.deviceId.view()}, target.token);
      return unit.devices().insert(device);
    });
  }

  // withoutStore is the adapter and libcurl alone: seconds for all. It starts many at once, which
  // is cheaper than one by one.
  Result<double> withoutStore() {
    constexpr std::size_t kAtOnce = base::limits::kPushesInFlight / 4;
    const auto begin = SteadyClock::now();
    sender_.begin();
    std::size_t ended = 0;
    for (std::size_t started = 0; ended < targets_.size();) {
      const std::size_t room = base::limits::kPushesInFlight - (started - ended);
      const std::size_t left = targets_.size() - started;
      for (std::size_t i = room < kAtOnce ? 0 : std::min(room, left); i > 0; --i, ++started) {
        start(targets_[started]);
      }
      for (const auto& verdict : sender_.poll(base::limits::kPushPoll)) {
        if (verdict.outcome == ports::PushOutcome::kRetry) {
          start(*byDevice_.at(verdict.deviceId));
        } else {
          ++ended;
        }
      }
      FLORIN_TRY(sender_.check());
    }
    return secondsSince(begin);
  }

  [[nodiscard]] std::size_t again() const { return sender_.again(); }

  // fromStore is the outbox: each device's push is queued, then the worker drains them.
  Result<double> fromStore() {
    FLORIN_TRY(inUnits([&](ports::Unit& unit, const Target& target) {
      return unit.pushes().put({}, target.deviceId, {}, clock_.now());
    }));
    NullLog log;
    notify::OutboxWorker worker({store_, sealer_, sender_, clock_, random_, log});
    const auto begin = SteadyClock::now();
    sender_.begin();
    sender_.ring();
    while (sender_.delivered() < targets_.size() || worker.inFlight() > 0) {
      worker.step();
      FLORIN_TRY(sender_.check());
    }
    const double seconds = secondsSince(begin);
    FLORIN_TRY(checkEmpty());
    return seconds;
  }

 private:
  static constexpr std::size_t kSealedPsk = 77;

  void start(const Target& target) {
    sender_.start({target.deviceId, ports::PushProvider::kFcm, target.token.clone(), clock_.now()});
  }

  static double secondsSince(SteadyClock::time_point begin) {
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
  }

  Status inUnits(const std::function<Status(ports::Unit&, const Target&)>& each) {
    for (std::size_t first = 0; first < targets_.size(); first += kRowsPerUnit) {
      const std::size_t end = std::min(first + kRowsPerUnit, targets_.size());
      const Status written = store_.write([&](ports::Unit& unit) -> Status {
        for (std::size_t i = first; i < end; ++i) FLORIN_TRY(each(unit, targets_[i]));
        return {};
      });
      FLORIN_TRY(written);
    }
    return {};
  }

  Status checkEmpty() {
    const base::Time later = clock_.now() + 2 * base::limits::kPushLease;
    FLORIN_TRY_ASSIGN(const auto left, store_.write([&](ports::Unit& unit) {
      return unit.pushes().claim(later, later, 1);
    }));
    if (left.empty()) return {};
    return Error(Code::kInternal, "the outbox is not empty");
  }

  ports::Store& store_;
  sealing::RowSealer& sealer_;
  CountingSender sender_;
  base::Clock& clock_;
  base::Random& random_;
  std::vector<Target> targets_;
  std::map<base::DeviceId, const Target*> byDevice_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Done push(const Options& options) {
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto folder, apps::TemporaryFolder::make(false));
  crypto::OsRandom random;
  posix::SystemClock clock;
  NullLog log;
  FLORIN_TRY_ASSIGN(const auto service,
                    PushService::start(folder.path().string(), random, clock, interrupts));
  const auto sender = service.connect(clock);
  if (!sender.ok()) return internal(sender.error());
  const auto store = sqlite::openStore(folder.path() / "outbox.db", {}, log);
  if (!store.ok()) return internal(store.error());
  const auto custody = fakes::makeTestCustody();
  const auto sealer = sealing::RowSealer::open(**store, *custody, random);
  if (!sealer.ok()) return internal(sealer.error());

  Bench bench(**store, **sealer, **sender, clock, random);
  if (const Status added = bench.addDevices(options.pushes); !added.ok()) {
    return internal(added.error());
  }
  // The first finds neither access token nor connections.
  if (const auto first = bench.withoutStore(); !first.ok()) return internal(first.error());
  std::vector<double> floors;
  std::vector<double> drains;
  for (std::size_t round = 0; round < options.rounds; ++round) {
    const auto floor = bench.withoutStore();
    if (!floor.ok()) return internal(floor.error());
    const auto drain = bench.fromStore();
    if (!drain.ok()) return internal(drain.error());
    if (interrupts.pending()) return apps::Interrupts::failure();
    floors.push_back(static_cast<double>(options.pushes) / *floor);
    drains.push_back(static_cast<double>(options.pushes) / *drain);
  }
  const double reached = median(drains);
  const double possible = median(floors);
  const char* const form =
      options.json ? "{\"pushes_per_second\":%.1f,\"floor_pushes_per_second\":%.1f,\"ratio\":%.3f,"
                     "\"pushes\":%zu,\"rounds\":%zu,\"sent_again\":%zu}\n"
                   : "%.1f pushes a second from the outbox, %.1f without a store: ratio %.3f\n"
                     "%zu pushes, median of %zu rounds; %zu were sent again\n";
  std::printf(form, reached, possible, reached / possible, options.pushes, options.rounds,
              bench.again());
  return {};
}

}  // namespace

int runPush(int argc, char** argv) {
  Options options;
  CLI::App app("drains the outbox into a local push service", "florin-bench push");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_option("--pushes", options.pushes, "queued in each round")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "of which the median counts")
      ->check(CLI::PositiveNumber);
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(push(options));
}

}  // namespace florin::bench
