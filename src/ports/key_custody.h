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
inline constexpr std::uint8_t kIccKeyKind = 3;  // of a card's own key
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

// RSA keys of EMV's sizes, for offline data authentication (crypto/recovery_rsa.h).
struct RsaPublicKey {
  Bytes modulus;
  Bytes exponent;
};

// The keys of a program that certify others: its authority's those of issuers, its issuer's those
// of cards.
enum class CertifierKey : std::uint8_t { kAuthority = 1, kIssuer = 2 };
struct Certifier {
  std::string program;
  CertifierKey key = CertifierKey::kIssuer;
};

// A card's own key before it has a card, under the key-encryption key.
struct CardRsaKey {
  RsaPublicKey publicKey;
  Bytes wrapped;
};

// For whom a card's own key is wrapped: as WrapRequest. `number` tells it from the card's others.
struct CardKeyWrap {
  base::KeyId transportKeyId;
  Bytes devicePoint;
  base::DeviceId deviceId;
  base::TokenId tokenId;
  std::uint32_t number = 0;
};

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

  // Offline data authentication (EMV Book 2, 5 and 6). authorityIndex tells a program's authority
  // from the others of this custody; certify signs a certificate's block, which begins with 6A and
  // ends with BC: CKM_RSA_X_509. kNotFound: the program has no such keys; kInvalidArgument: no
  // block of a certificate.
  virtual Result<std::uint8_t> authorityIndex(const std::string& program) = 0;
  virtual Result<RsaPublicKey> certifierKey(const Certifier& certifier) = 0;
  virtual Result<Bytes> certify(const Certifier& certifier, ByteView block) = 0;

  // A new card's own key, and the same for a device. CKM_RSA_PKCS_KEY_PAIR_GEN (tens of
  // milliseconds), CKM_AES_KEY_WRAP_KWP of PKCS#8; then as wrapPaymentKeys, of kind 3.
  // kUnauthenticated: not wrapped here; kNotFound: no such transport key.
  virtual Result<CardRsaKey> makeCardKey() = 0;
  virtual Result<Bytes> wrapCardKey(ByteView wrapped, const CardKeyWrap& request) = 0;

  // Three-byte check values by key name, compared with those that the store remembers (D9).
  virtual Result<std::vector<std::pair<std::string, std::string>>> keyCheckValues() = 0;
};

}  // namespace florin::ports
