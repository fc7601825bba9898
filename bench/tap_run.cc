#include <algorithm>
#include <cstdio>

#include "../test/flow/world.h"
#include "commands.h"
#include "florin/result.h"
#include "load_options.h"
#include "posix/file.h"
#include "posix/file_storage.h"
#include "posix/temp_directory.h"
#include "write_watch.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;
using apps::Outcome;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kCards = 10;
constexpr std::size_t kWatched = 20;
constexpr std::string_view kPpse = "00a404000e325041592e5359532e444446303100";
constexpr std::string_view kSelect = "00a4040009f000464c4f52494e0200";
constexpr std::string_view kOptions = "80a80000088306e0480802762100";
constexpr std::string_view kRecords[] = {"00b2010c00", "00b2011400", "00b2021400"};
constexpr std::string_view kKeyRecords[] = {"00b2011c00", "00b2021c00", "00b2031c00"};
constexpr std::uint8_t kArqc = 0x80;
constexpr std::uint8_t kArqcWithCda = 0x90;
constexpr std::string_view kCdolData = "0000000012500000000000000276800000000009782603310001020304";
constexpr std::string_view kNoVerification = "3f0002";

struct Options {
  std::size_t taps = 2000;
  std::size_t starts = 100;
  bool json = false;
};

double microseconds(SteadyClock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

double share(std::vector<double> values, double of) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(of * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

bool isOk(const Bytes& response) {
  return response.size() >= 2 && base::toHex(ByteView(response).last(2)) == "9000";
}

// Phone is a wallet of ten cards, which do CDA or not, whose vault is a file, provisioned by a
// backend in this process. Its keys are for many uses, so that it need not ask for more; the path
// of a tap is the same.
class Phone {
 public:
  explicit Phone(bool cda) : cda_(cda) {}

  static Outcome<std::unique_ptr<Phone>> make(bool cda) {
    auto phone = std::make_unique<Phone>(cda);
    test::World& world = phone->world_;
    if (cda) world.backend.doCda();
    world.backend.program.card.keys = {.scheme = emv::KeyScheme::kLuk,
                                       .lowWater = 1,
                                       .lukUses = 1'000'000,
                                       .lukLifetime = std::chrono::days(365)};
    world.backend.restart();
    world.connect();
    world.open();
    world.wse();
    bool good = world.enroll(world.digitize().code).completions == 1;
    for (std::size_t i = 1; i < kCards; ++i) {
      const std::string number = "99990012345" + std::to_string(1000 + i);
      good = good && world.activate(world.digitize(number).code).completions == 1;
    }
    if (!good || world.cards().size() != kCards) {
      return Failure{Exit::kInternal, "the wallet could not be provisioned"};
    }
    const Status written =
        posix::writeFileAtomic(phone->path(), world.storage.content().value(), 0600);
    if (!written.ok()) return internal(written.error());
    if (!phone->start()) return Failure{Exit::kInternal, "the vault could not be opened"};
    return phone;
  }

  // start opens the vault as an application that was just started does.
  bool start() {
    wallet_.reset();
    storage_.reset();
    auto storage = posix::FileStorage::open(path());
    if (!storage.ok()) return false;
    storage_ = std::move(*storage);
    auto opened = wallet::openWallet({.walletProviderId = "test",
                                      .walletApplicationId = "test",
                                      .deviceInfo = "bench",
                                      .automaticReplenishment = false},
                                     {.storage = *storage_,
                                      .vaultKey = world_.vaultKey,
                                      .transport = *world_.transport,
                                      .executor = world_.executor,
                                      .log = world_.backend.log,
                                      .deviceKeys = world_.deviceKeys},
                                     world_.backend.clock, random_);
    if (opened.ok()) wallet_ = std::move(*opened);
    return opened.ok();
  }

  [[nodiscard]] bool arm() { return wallet_->getCardEmulation().arm().ok(); }
  [[nodiscard]] Bytes send(ByteView command) {
    return wallet_->getCardEmulation().processApdu(command);
  }
  bool send(std::string_view hex) { return isOk(send(base::fromHex(hex).value())); }

  // upToCryptogram is everything of a tap that comes before GENERATE AC.
  bool upToCryptogram() {
    bool good = send(kPpse) && send(kSelect) && send(kOptions);
    for (const std::string_view record : kRecords) good = good && send(record);
    if (!cda_) return good;
    for (const std::string_view record : kKeyRecords) good = good && send(record);
    return good;
  }
  [[nodiscard]] Bytes generateAc() const {
    Bytes command =
        base::fromHex("80ae000020" + std::string(kCdolData) + std::string(kNoVerification) + "00")
            .value();
    command[2] = cda_ ? kArqcWithCda : kArqc;
    return command;
  }
  void end() { wallet_->getCardEmulation().onDeactivated(DeactivationReason::DESELECTED); }

 private:
  [[nodiscard]] std::string path() const { return folder_.path("wallet.vault"); }

  const bool cda_;
  const posix::TempDirectory folder_;
  test::World world_;
  crypto::OsRandom random_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Wallet> wallet_;
};

struct Figures {
  std::vector<double> taps;    // microseconds of GENERATE AC
  std::vector<double> floors;  // of the same cryptogram alone
  std::vector<double> starts;
  unsigned writes = 0;
};

// Floor is the cryptogram's own primitives: one MAC over what it covers, with CDA one RSA
// signature. An armed key is fresh, so the first use of the RSA key is what counts.
class Floor {
 public:
  explicit Floor(bool cda) : key_(random_.secret(16)) {
    if (cda) der_ = emv::RecoveryKey::generate(1408).privateDer();
  }

  double once() {
    std::optional<emv::RecoveryKey> own;
    if (!der_.empty()) own = emv::RecoveryKey::fromPrivateDer(der_).value();
    const auto begin = SteadyClock::now();
    (void)emv::applicationCryptogram(key_, covered_, emv::Mac::kRetailPadding2);
    if (own) (void)own->sign(block_);
    return microseconds(SteadyClock::now() - begin);
  }

 private:
  crypto::OsRandom random_;
  const SecretBytes key_;
  const Bytes covered_ = random_.bytes(29 + 2 + 2 + 11);  // CDOL data, AIP, ATC, IAD
  const Bytes block_ = Bytes(1408 / 8, 0x6A);
  SecretBytes der_;
};

Done measureTaps(Phone& phone, Floor floor, std::size_t taps, Figures& figures) {
  const Bytes command = phone.generateAc();
  for (std::size_t i = 0; i < taps; ++i) {
    if (!phone.arm() || !phone.upToCryptogram()) {
      return Failure{Exit::kInternal, "a tap failed before its cryptogram"};
    }
    const auto begin = SteadyClock::now();
    const Bytes response = phone.send(command);
    figures.taps.push_back(microseconds(SteadyClock::now() - begin));
    if (!isOk(response)) return Failure{Exit::kInternal, "GENERATE AC failed"};
    phone.end();
    figures.floors.push_back(floor.once());
  }
  return {};
}

Done watchWrites(Phone& phone, Figures& figures) {
  const Bytes command = phone.generateAc();
  for (std::size_t i = 0; i < kWatched; ++i) {
    if (!phone.arm()) return Failure{Exit::kInternal, "a key could not be armed"};
    const auto writes =
        countWrites([&] { return phone.upToCryptogram() && isOk(phone.send(ByteView(command))); });
    if (!writes.ok()) {
      return Failure{Exit::kLocalState,
                     "writes cannot be counted: " + apps::describe(writes.error()) +
                         "; run it where seccomp is allowed"};
    }
    figures.writes += *writes;
  }
  return {};
}

Done measureStarts(Phone& phone, std::size_t starts, Figures& figures) {
  for (std::size_t i = 0; i < starts; ++i) {
    const auto begin = SteadyClock::now();
    const bool good = phone.start() && phone.send(kPpse);
    figures.starts.push_back(microseconds(SteadyClock::now() - begin));
    if (!good) return Failure{Exit::kInternal, "a cold start failed"};
  }
  return {};
}

struct Shown {
  double p50 = 0;
  double p99 = 0;
  double floor = 0;
  explicit Shown(const Figures& figures)
      : p50(share(figures.taps, 0.5)),
        p99(share(figures.taps, 0.99)),
        floor(share(figures.floors, 0.5)) {}
  [[nodiscard]] double ratio() const { return p50 / floor; }
};

void print(const Options& options, const Figures& plain, const Figures& cda) {
  const Shown tap(plain);
  const Shown signedTap(cda);
  const char* const form =
      options.json ? "{\"p50_us\":%.2f,\"p99_us\":%.2f,\"floor_us\":%.2f,\"ratio\":%.3f,"
                     "\"cda_p50_us\":%.2f,\"cda_p99_us\":%.2f,\"cda_floor_us\":%.2f,"
                     "\"cda_ratio\":%.3f,\"write_syscalls\":%u,\"cold_start_p50_us\":%.0f,"
                     "\"cold_start_p99_us\":%.0f,\"cards\":%zu,\"taps\":%zu}\n"
                   : "GENERATE AC, armed: p50 %.2f us, p99 %.2f us; floor %.2f us: ratio %.3f\n"
                     "the same with CDA:  p50 %.2f us, p99 %.2f us; floor %.2f us: ratio %.3f\n"
                     "system calls that write during an armed tap: %u\n"
                     "open the vault and answer SELECT PPSE: p50 %.0f us, p99 %.0f us, %zu cards\n"
                     "%zu taps\n";
  std::printf(form, tap.p50, tap.p99, tap.floor, tap.ratio(), signedTap.p50, signedTap.p99,
              signedTap.floor, signedTap.ratio(), plain.writes + cda.writes, share(cda.starts, 0.5),
              share(cda.starts, 0.99), kCards, plain.taps.size());
}

// measure is all that is measured of one kind of cards.
Outcome<Figures> measure(const Options& options, bool cda) {
  FLORIN_TRY_ASSIGN(const auto phone, Phone::make(cda));
  Figures figures;
  FLORIN_TRY(watchWrites(*phone, figures));
  FLORIN_TRY(measureTaps(*phone, Floor(cda), options.taps, figures));
  FLORIN_TRY(measureStarts(*phone, options.starts, figures));
  return figures;
}

Done tap(const Options& options) {
  FLORIN_TRY_ASSIGN(const Figures plain, measure(options, false));
  FLORIN_TRY_ASSIGN(const Figures cda, measure(options, true));
  print(options, plain, cda);
  return {};
}

}  // namespace

int runTap(int argc, char** argv) {
  Options options;
  CLI::App app("measures an armed tap and a cold start of the SDK", "florin-bench tap");
  app.add_option("--taps", options.taps, "how many (2000)")->check(CLI::PositiveNumber);
  app.add_option("--starts", options.starts, "how many cold starts (100)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--json", options.json, "print one JSON object");
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(tap(options));
}

}  // namespace florin::bench
