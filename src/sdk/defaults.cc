// The defaults over the operating system: file storage, key file, executor, log.
#include "crypto/random.h"
#include "florin/executor.h"
#include "florin/keys.h"
#include "florin/log.h"
#include "florin/storage.h"
#include "posix/file_key_provider.h"
#include "posix/file_storage.h"
#include "posix/json_log.h"
#include "posix/serial_executor.h"
#include "posix/system_clock.h"

namespace florin::sdk {
namespace {

// KeyFileProvider owns the randomness that posix::FileKeyProvider borrows.
class KeyFileProvider : public VaultKeyProvider {
 public:
  KeyFileProvider(std::string keyFile, std::string vaultFile)
      : provider_(std::move(keyFile), std::move(vaultFile), random_) {}

  Result<SecretBytes> unlock(ByteView salt) override { return provider_.unlock(salt); }

 private:
  crypto::OsRandom random_;
  posix::FileKeyProvider provider_;
};

// SystemJsonLog owns the clock that posix::JsonLog borrows.
class SystemJsonLog : public Log {
 public:
  SystemJsonLog(int fd, LogLevel minimum) : log_(fd, minimum, clock_) {}

  void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) override {
    log_.write(level, event, fields);
  }

 private:
  posix::SystemClock clock_;
  posix::JsonLog log_;
};

}  // namespace
}  // namespace florin::sdk

namespace florin {

Result<std::unique_ptr<Storage>> openFileStorage(const std::string& path) {
  FLORIN_TRY_ASSIGN(auto storage, posix::FileStorage::open(path));
  return std::unique_ptr<Storage>(std::move(storage));
}

std::unique_ptr<VaultKeyProvider> makeKeyFileProvider(std::string keyFile, std::string vaultFile) {
  return std::make_unique<sdk::KeyFileProvider>(std::move(keyFile), std::move(vaultFile));
}

std::unique_ptr<SerialExecutor> SerialExecutor::make() {
  return std::make_unique<posix::SerialExecutor>();
}

std::unique_ptr<Log> makeJsonLog(int fd, LogLevel minimum) {
  return std::make_unique<sdk::SystemJsonLog>(fd, minimum);
}

}  // namespace florin
