#include "posix/file_key_provider.h"

#include <sys/stat.h>

#include "posix/file.h"

namespace florin::posix {
namespace {

constexpr std::size_t kVaultKey = 32;

// holdsSomething: an empty file is a vault that was never written.
bool holdsSomething(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

}  // namespace

Result<SecretBytes> FileKeyProvider::unlock(ByteView /*salt*/) {
  auto key = readSecretFile(keyPath_, kVaultKey);
  if (!key.ok() && key.error().code() == Code::kNotFound) {
    if (holdsSomething(vaultPath_)) {
      return Error(Code::kNotFound, "the vault's key file is missing", key.error().detail());
    }
    return make();
  }
  if (!key.ok() && key.error().code() != Code::kTooLarge) return key.error();
  if (!key.ok() || key->size() != kVaultKey) {
    return Error(Code::kCorrupted, "the vault's key file has not 32 bytes");
  }
  return key;
}

Result<SecretBytes> FileKeyProvider::make() {
  SecretBytes key = random_.secret(kVaultKey);
  FLORIN_TRY(writeFileAtomic(keyPath_, key.expose(), 0600));
  return key;
}

}  // namespace florin::posix
