// SoftwareDeviceKeys makes P-256 keys in memory, for platforms without a keystore. A handle is the
// key's scalar, so the key rests in the vault and nowhere else. Thread-safe if `random` is.
#pragma once

#include "base/random.h"
#include "florin/keys.h"

namespace florin::wallet {

class SoftwareDeviceKeys : public DeviceKeys {
 public:
  // `random` must outlive the object.
  explicit SoftwareDeviceKeys(base::Random& random) : random_(random) {}

  Result<KeyHandle> generate() override;
  Result<Bytes> publicKey(const KeyHandle& key) override;
  Result<Bytes> sign(const KeyHandle& key, ByteView message) override;
  Result<SecretBytes> agree(const KeyHandle& key, ByteView peer) override;
  Result<std::optional<Bytes>> attest(const KeyHandle& key, ByteView challenge) override;
  Status remove(const KeyHandle& key) override;

 private:
  base::Random& random_;
};

}  // namespace florin::wallet
