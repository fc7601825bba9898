// Keystore is the platform's store of private keys, as a device with one has it: a key is loaded
// once, and used by its handle. What is removed is gone.
#pragma once

#include <map>

#include "base/bytes.h"
#include "crypto/p256.h"
#include "wallet/software_keys.h"

namespace florin::sim {

class Keystore : public DeviceKeys {
 public:
  // `random` must outlive the object.
  explicit Keystore(base::Random& random) : software_(random) {}

  Result<KeyHandle> generate() override { return software_.generate(); }
  Result<Bytes> publicKey(const KeyHandle& key) override {
    FLORIN_TRY_ASSIGN(const crypto::P256Key* loaded, load(key));
    return loaded->publicPoint();
  }
  Result<Bytes> sign(const KeyHandle& key, ByteView message) override {
    FLORIN_TRY_ASSIGN(const crypto::P256Key* loaded, load(key));
    return loaded->sign(message);
  }
  Result<SecretBytes> agree(const KeyHandle& key, ByteView peer) override {
    FLORIN_TRY_ASSIGN(const crypto::P256Key* loaded, load(key));
    return loaded->agree(peer);
  }
  Result<std::optional<Bytes>> attest(const KeyHandle& key, ByteView challenge) override {
    return software_.attest(key, challenge);
  }
  Status remove(const KeyHandle& key) override {
    loaded_.erase(base::toBytes(key.expose()));
    return software_.remove(key);
  }

 private:
  Result<const crypto::P256Key*> load(const KeyHandle& key) {
    const auto known = loaded_.find(base::toBytes(key.expose()));
    if (known != loaded_.end()) return &known->second;
    FLORIN_TRY_ASSIGN(auto loaded, crypto::P256Key::fromScalar(key));
    return &loaded_.emplace(base::toBytes(key.expose()), std::move(loaded)).first->second;
  }

  wallet::SoftwareDeviceKeys software_;
  std::map<Bytes, crypto::P256Key> loaded_;
};

}  // namespace florin::sim
