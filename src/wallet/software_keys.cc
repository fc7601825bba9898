#include "wallet/software_keys.h"

#include "crypto/p256.h"
#include "proof/self_attestation.h"

namespace florin::wallet {

Result<KeyHandle> SoftwareDeviceKeys::generate() {
  return crypto::P256Key::generate(random_).scalar();
}

Result<Bytes> SoftwareDeviceKeys::publicKey(const KeyHandle& key) {
  FLORIN_TRY_ASSIGN(const auto p256, crypto::P256Key::fromScalar(key));
  return p256.publicPoint();
}

Result<Bytes> SoftwareDeviceKeys::sign(const KeyHandle& key, ByteView message) {
  FLORIN_TRY_ASSIGN(const auto p256, crypto::P256Key::fromScalar(key));
  return p256.sign(message);
}

Result<SecretBytes> SoftwareDeviceKeys::agree(const KeyHandle& key, ByteView peer) {
  FLORIN_TRY_ASSIGN(const auto p256, crypto::P256Key::fromScalar(key));
  return p256.agree(peer);
}

// It proves that the key is at hand, which is all that a key in memory can prove.
Result<std::optional<Bytes>> SoftwareDeviceKeys::attest(const KeyHandle& key, ByteView challenge) {
  FLORIN_TRY_ASSIGN(const auto p256, crypto::P256Key::fromScalar(key));
  const Bytes& point = p256.publicPoint();
  const Bytes signature = p256.sign(proof::selfAttestationText({challenge, point}));
  return std::optional(proof::makeSelfAttestation(signature));
}

// The key is in its handle and nowhere else.
Status SoftwareDeviceKeys::remove(const KeyHandle&) { return {}; }

}  // namespace florin::wallet
