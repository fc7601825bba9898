// FileKeyProvider: the vault's key in a file, the SDK's default on a machine without a keystore.
#pragma once

#include <string>

#include "base/random.h"
#include "florin/keys.h"

namespace florin::posix {

// FileKeyProvider reads 32 bytes from `keyPath`. When neither the key nor the vault exists, it
// makes a random key, mode 0600, durable before unlock returns; next to an existing vault a missing
// key is kNotFound, because a new one could not open it. The salt is not used: the key is random
// already. `random` must outlive the provider. Not thread-safe.
class FileKeyProvider : public VaultKeyProvider {
 public:
  FileKeyProvider(std::string keyPath, std::string vaultPath, base::Random& random)
      : keyPath_(std::move(keyPath)), vaultPath_(std::move(vaultPath)), random_(random) {}

  // unlock: kRefused: group or others have a permission on the key file. kCorrupted: it has not 32
  // bytes.
  Result<SecretBytes> unlock(ByteView salt) override;

 private:
  Result<SecretBytes> make();

  std::string keyPath_;
  std::string vaultPath_;
  base::Random& random_;
};

}  // namespace florin::posix
