#include "backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/bytes.h"
#include "config/server_config.h"
#include "cps/audit_chain.h"
#include "cps/store_epoch.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "data_dir.h"
#include "posix/file.h"
#include "posix/json_log.h"
#include "posix/system_clock.h"
#include "sealing/row_sealer.h"
#include "softkeys/soft_keys.h"
#include "sqlite/copy.h"
#include "sqlite/store.h"

namespace florin::apps {
namespace {

namespace fs = std::filesystem;

Failure local(const std::string& what, const std::string& why) {
  return {Exit::kLocalState, what + ": " + why};
}

std::string megabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = bytes / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

// ProgressLine is shown to a person only.
class ProgressLine {
 public:
  ~ProgressLine() {
    if (shown_) std::cerr << "\r\033[K";
  }
  void show(std::uint64_t written, std::uint64_t expected) {
    if (::isatty(STDERR_FILENO) == 0) return;
    shown_ = true;
    std::cerr << "\r\033[Kcopying: " << megabytes(written) << " of " << megabytes(expected)
              << std::flush;
  }

 private:
  bool shown_ = false;
};

bool exists(const std::string& path) {
  std::error_code failed;
  return fs::exists(fs::symlink_status(path, failed));
}

// copy makes `to` anew; what an interrupted command left there goes.
Done copy(const std::string& from, const std::string& to) {
  ::unlink(to.c_str());
  ProgressLine line;
  const Status copied = sqlite::copyDatabase(
      from, to,
      [&](std::uint64_t written, std::uint64_t expected) { line.show(written, expected); });
  if (copied.ok()) return {};
  ::unlink(to.c_str());
  if (copied.error().code() == Code::kUnsupported || copied.error().code() == Code::kCorrupted) {
    return local(from, describe(copied.error()) + "; take another backup, nothing was changed");
  }
  return local(from + " cannot be copied to " + to, describe(copied.error()));
}

std::string sumFile(const std::string& backup) { return backup + ".sha256"; }

// sumOf is the line that sha256sum writes of the backup `at`, which is or will be called `backup`.
Outcome<std::string> sumOf(const std::string& at, const std::string& backup) {
  constexpr std::size_t kChunk = 1U << 20U;
  std::ifstream file(at, std::ios::binary);
  crypto::Sha256 sum;
  std::vector<char> chunk(kChunk);
  while (file) {
    file.read(chunk.data(), kChunk);
    sum.update(base::asBytes({chunk.data(), static_cast<std::size_t>(file.gcount())}));
  }
  if (!file.eof()) return local(at, "it cannot be read");
  return base::toHex(sum.finish()) + "  " + fs::path(backup).filename().string() + "\n";
}

// checkSum finds what SQLite's own check does not: a byte of a row that is another. False: there is
// no sum.
Outcome<bool> checkSum(const std::string& backup) {
  constexpr std::size_t kLine = 8192;
  const auto line = posix::readFile(sumFile(backup), kLine);
  if (!line.ok() && line.error().code() == Code::kNotFound) return false;
  FLORIN_TRY_ASSIGN(const std::string now, sumOf(backup, backup));
  constexpr std::size_t kDigits = 64;
  if (line.ok() && base::asText(*line).substr(0, kDigits) == now.substr(0, kDigits)) return true;
  return local(backup, "it is not what " + sumFile(backup) +
                           " says; take another backup, nothing was changed");
}

Outcome<DataDir> dataDirAt(const std::string& path) {
  DataDir dir{fs::absolute(path)};
  if (exists(dir.custody())) return dir;
  return Failure{
      Exit::kLocalState,
      dir.custody() + " is not there: give --data-dir a folder that `florind init` made"};
}

// Whose audit log it is.
struct LogOwner {
  base::TenantId tenant;
  std::string instance;
};

// auditStep writes what the operator did with the store as a whole.
Status auditStep(ports::Unit& unit, const LogOwner& owner, base::Time now, const char* action,
                 const cps::StoreEpoch& epoch) {
  return cps::appendAudit(unit, {.tenant = owner.tenant,
                                 .at = now,
                                 .actor = "operator",
                                 .action = action,
                                 .subject = "store",
                                 .facts = "epoch " + std::to_string(epoch.number),
                                 .instance = owner.instance});
}

Outcome<LogOwner> ownerOf(const DataDir& dir) {
  const auto config = config::loadServerConfig(dir.config());
  if (!config.ok()) return Failure{Exit::kInput, config.error().toString()};
  return LogOwner{config.value().walletProvider, config.value().instance};
}

// openCopy opens a copied store with the custody that has to read it, and begins its epoch.
Outcome<cps::StoreEpoch> beginEpoch(const DataDir& dir, const std::string& copied,
                                    std::uint32_t replaced) {
  const auto keyFile = posix::readSecretFile(dir.custody());
  if (!keyFile.ok()) return local(dir.custody(), describe(keyFile.error()));
  auto custody = softkeys::SoftKeys::open(*keyFile);
  if (!custody.ok()) return local(dir.custody(), describe(custody.error()));
  crypto::OsRandom random;
  posix::SystemClock clock;
  posix::JsonLog log(STDERR_FILENO, LogLevel::kError, clock);
  auto store = sqlite::openStore(copied, {}, log);
  if (!store.ok()) return local(copied, describe(store.error()));
  const auto hasKeys = (*store)->read(sealing::RowSealer::hasKeys);
  if (!hasKeys.ok()) return local(copied, describe(hasKeys.error()));
  if (!*hasKeys) {
    return local("the backup",
                 "it is of a backend that never served, and nothing says whose; run "
                 "`florind init` for a new one instead");
  }
  const auto sealer = sealing::RowSealer::open(**store, **custody, random);
  if (!sealer.ok()) {
    return local("the backup cannot be read with " + dir.custody(),
                 describe(sealer.error()) + "; put back the custody.keys that it was made with");
  }
  FLORIN_TRY_ASSIGN(const LogOwner owner, ownerOf(dir));
  auto epoch = (*store)->write([&](ports::Unit& unit) -> Result<cps::StoreEpoch> {
    FLORIN_TRY_ASSIGN(const auto begun, cps::beginStoreEpoch(unit, clock.now(), replaced));
    FLORIN_TRY(auditStep(unit, owner, clock.now(), "store.restored", begun));
    return begun;
  });
  if (!epoch.ok()) return local(copied, describe(epoch.error()));
  return *epoch;
}

// epochThere gives the epoch of the store that is there; 0: none can be read.
std::uint32_t epochThere(const DataDir& dir) {
  if (!exists(dir.store())) return 0;
  posix::SystemClock clock;
  posix::JsonLog log(STDERR_FILENO, LogLevel::kError, clock);
  const auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) return 0;
  const auto epoch = (*store)->read([](ports::Unit& unit) { return cps::readStoreEpoch(unit); });
  return epoch.ok() ? epoch->number : 0;
}

// setAside moves the store and what SQLite keeps beside it out of the way, the store first: without
// it florind does not start, with an older write-ahead log it would read nonsense.
Done setAside(const DataDir& dir, const std::string& aside) {
  for (const char* const part : {"", "-wal", "-shm"}) {
    const std::string from = dir.store() + part;
    if (!exists(from)) continue;
    const Status moved = posix::moveDurably(from, aside + part);
    if (!moved.ok()) return local(from, describe(moved.error()));
  }
  return {};
}

}  // namespace

Done backup(const BackupOptions& options) {
  FLORIN_TRY_ASSIGN(const DataDir dir, dataDirAt(options.dataDir));
  if (exists(options.file)) {
    return Failure{Exit::kInput, options.file + " is there already: name a file that is not"};
  }
  const std::string fresh = options.file + ".new";
  FLORIN_TRY(copy(dir.store(), fresh));
  std::error_code failed;
  const auto size = fs::file_size(fresh, failed);
  FLORIN_TRY_ASSIGN(const std::string sum, sumOf(fresh, options.file));
  const Status noted =
      posix::writeFileAtomic(sumFile(options.file), base::asBytes(sum), S_IRUSR | S_IWUSR);
  if (!noted.ok()) return local(sumFile(options.file), describe(noted.error()));
  const Status moved = posix::moveDurably(fresh, options.file);
  if (!moved.ok()) return local(options.file, describe(moved.error()));
  std::cout << options.file << " holds the store, " << megabytes(failed ? 0 : size) << "; keep "
            << sumFile(options.file) << " beside it.\nIt is of no use without " << dir.custody()
            << ", which is not in it: keep a copy of that file\n"
               "elsewhere, and a new one after each rotate-channel-key.\n";
  return {};
}

Done restore(const BackupOptions& options) {
  FLORIN_TRY_ASSIGN(const DataDir dir, dataDirAt(options.dataDir));
  if (!exists(options.file)) {
    return Failure{Exit::kInput,
                   options.file + " is not there: name a file made by florind backup"};
  }
  FLORIN_TRY(lockDataDir(dir));
  FLORIN_TRY_ASSIGN(const bool summed, checkSum(options.file));
  const std::string copied = dir.store() + ".restored";
  FLORIN_TRY(copy(options.file, copied));
  const auto epoch = beginEpoch(dir, copied, epochThere(dir));
  if (!epoch.ok()) {
    ::unlink(copied.c_str());
    return epoch.error();
  }
  posix::SystemClock clock;
  const std::string aside = dir.store() + ".before-" + std::to_string(base::toMs(clock.now()));
  FLORIN_TRY(setAside(dir, aside));
  const Status moved = posix::moveDurably(copied, dir.store());
  if (!moved.ok()) return local(copied, describe(moved.error()));
  std::cout
      << dir.store() << " is " << options.file << " now, in store epoch " << epoch->number
      << ".\nWhat was there is kept as " << aside << "."
      << (summed ? "" : "\nOnly the backup's form was checked: its .sha256 was not there.")
      << "\n\n"
         "Devices get new payment keys with their next exchange. Suspensions, deletions and\n"
         "revocations since the backup are forgotten: repeat them before you serve wallets.\n"
         "What the backup does not know, and a device that has such a card, is answered \"busy\"\n"
         "until you have made sure that there is no newer backup and say `florind confirm-restore "
         "--data-dir "
      << dir.root.string() << "`.\n";
  return {};
}

Done confirmRestore(const std::string& dataDir) {
  FLORIN_TRY_ASSIGN(const DataDir dir, dataDirAt(dataDir));
  if (!exists(dir.store())) return local(dir.store(), "is missing: restore it from a backup");
  posix::SystemClock clock;
  posix::JsonLog log(STDERR_FILENO, LogLevel::kError, clock);
  auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) return local(dir.store(), describe(store.error()));
  FLORIN_TRY_ASSIGN(const LogOwner owner, ownerOf(dir));
  const auto before = (*store)->write([&](ports::Unit& unit) -> Result<cps::StoreEpoch> {
    FLORIN_TRY_ASSIGN(const auto epoch, cps::readStoreEpoch(unit));
    if (epoch.confirmed) return epoch;
    FLORIN_TRY(auditStep(unit, owner, clock.now(), "store.restore_confirmed", epoch));
    FLORIN_TRY(cps::confirmStoreEpoch(unit));
    return epoch;
  });
  if (!before.ok()) return local(dir.store(), describe(before.error()));
  std::cout << (before->confirmed
                    ? "There is no restore to confirm: nothing was changed.\n"
                    : "The restore is confirmed: florind says again what it does not know.\n");
  return {};
}

}  // namespace florin::apps
