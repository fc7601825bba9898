// KeyCustody gives operations, never keys: it is what an HSM can do. The list is closed (D9), and
// each comment names the PKCS#11 mechanism, so that the software adapter cannot grow what an HSM
// lacks. Called from several threads at once.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/ids.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::ports {

// A key pair of the backend that others know by id and point.
struct BackendPublicKey {
  base::KeyId id;
  Bytes point;  // P-256, 65 bytes, uncompressed
};

// The card whose keys are meant: the master key is derived in custody from the issuer master key of
// `program` by EMV option A or B, of DPAN and PSN. DPAN digits are secret.
struct CardKeyRef {
  std::string program;
  std::uint32_t masterKeyVersion = 1;
  SecretBytes dpan;  // ASCII digits
  std::uint8_t psn = 0;
};

// A payment key of a card: the SUK of a running ATC (base/running_atc.h), or the LUK of a key index
// YHHHHCC (emv/key_derivation.h). Kinds are those of messages::KeyKind.
enum class PaymentKeyKind : std::uint8_t { kSuk = 1, kLuk = 2 };
struct PaymentKeyName {
  PaymentKeyKind kind = PaymentKeyKind::kSuk;
  std::uint32_t number = 0;
};

// Keys `first`, and of SUKs those that follow, wrapped for a device (D8, crypto/key_transport.h).
struct WrapRequest {
  base::KeyId transportKeyId;
  Bytes devicePoint;  // the device's transport key
  base::DeviceId deviceId;
  base::TokenId tokenId;
  PaymentKeyName first;
  std::uint32_t count = 0;  // at most limits::kKeysPerOperation; of LUKs one
};

using Cryptogram = std::array<std::uint8_t, 8>;

class KeyCustody {
 public:
  virtual ~KeyCustody() = default;

  // C_GenerateRandom.
  virtual Result<SecretBytes> random(std::size_t count) = 0;

  // A data-encryption key under the key-encryption key. CKM_AES_KEY_WRAP_KWP.
  virtual Result<Bytes> wrapDek(const SecretBytes& dek) = 0;
  virtual Result<SecretBytes> unwrapDek(ByteView wrapped) = 0;

  // Blind index of `data`. CKM_SHA256_HMAC.
  virtual Result<std::array<std::uint8_t, 32>> hmac(ByteView data) = 0;

  // The identity key that wallets pin at WSE. CKM_ECDSA over SHA-256: 64 bytes, r then s.
  virtual BackendPublicKey identityKey() = 0;
  virtual Result<Bytes> sign(ByteView message) = 0;

  // The channel's static keys; the first is the one that new devices get. CKM_ECDH1_DERIVE, the raw
  // x-coordinate.
  virtual std::vector<BackendPublicKey> channelKeys() = 0;
  virtual Result<SecretBytes> agree(const base::KeyId& channelKey, ByteView peerPoint) = 0;

  // Card capture. CKM_RSA_PKCS_OAEP with SHA-256: the content-encryption key of a CMS envelope.
  virtual Bytes captureKey() = 0;  // SubjectPublicKeyInfo, DER
  virtual Result<SecretBytes> unwrapContentKey(ByteView encryptedKey) = 0;

  // Payment keys for a device, ascending by number. CKM_DES3_ECB derivation, CKM_ECDH1_DERIVE,
  // CKM_AES_ECB_ENCRYPT_DATA, CKM_AES_KEY_WRAP_KWP. kNotFound: program or transport key is unknown;
  // kExhausted: the ATCs of one PSN end before; kInvalidArgument: no key index, or several of them.
  virtual BackendPublicKey transportKey() = 0;
  virtual Result<std::vector<Bytes>> wrapPaymentKeys(const CardKeyRef& card,
                                                     const WrapRequest& request) = 0;

  // Recomputes the cryptogram of `data` (not padded) under a payment key. CKM_DES3_MAC and
  // CKM_DES_MAC. kInvalidArgument: no key index.
  virtual Result<bool> verifyCryptogram(const CardKeyRef& card, const PaymentKeyName& key,
                                        ByteView data, const Cryptogram& cryptogram) = 0;

  // ARPC method 1 (EMV Book 2, 8.2.1) of an authorization response code. CKM_DES3_ECB.
  virtual Result<Cryptogram> arpc(const CardKeyRef& card, const PaymentKeyName& key,
                                  const Cryptogram& arqc,
                                  const std::array<std::uint8_t, 2>& responseCode) = 0;

  // Three-byte check values by key name, compared with those that the store remembers (D9).
  virtual Result<std::vector<std::pair<std::string, std::string>>> keyCheckValues() = 0;
};

}  // namespace florin::ports
