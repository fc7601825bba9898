// Offline data authentication (EMV Book 2, sections 5 and 6): certificates of the issuer's key and
// of the card's, and the card's dynamic signature of CDA. Both sides stand here: who makes them and
// who recovers them.
//
//   issuer certificate = sign(authority, 6A 02 issuer identifier (4) expiry MMYY (2) serial (3)
//                             01 01 key length (1) exponent length (1) key  hash (20) BC)
//   card certificate   = sign(issuer,    6A 04 PAN (10) expiry MMYY (2) serial (3)
//                             01 01 key length (1) exponent length (1) key  hash (20) BC)
//   dynamic signature  = sign(card,      6A 05 01 length (1) dynamic data  BB...  hash (20) BC)
//
// What of a key has no room in its certificate is the remainder (92, 9F48). Hashes are SHA-1, over
// what stands between 6A and the hash, then remainder and exponent, and for a card the static data;
// of a signature the unpredictable number.
#pragma once

#include <functional>
#include <string>

#include "base/time.h"
#include "crypto/recovery_rsa.h"
#include "emv/cryptogram.h"

namespace florin::emv {

using crypto::RecoveryKey;
using crypto::RecoveryPublicKey;

struct KeyCertificate {
  Bytes certificate;  // 90, 9F46
  Bytes remainder;    // 92, 9F48; may be empty
};

// BlockSigner signs a block with an RSA key that its owner keeps.
using BlockSigner = std::function<Result<Bytes>(ByteView block)>;

struct CertifiedKey {
  std::string expiry;  // MMYY: good to the end of that month
  std::array<std::uint8_t, 3> serial{};
  RecoveryPublicKey key;
};

// certifyIssuerKey: `prefix` is the leftmost 3 to 8 digits of the issuer's PANs. kInvalidArgument:
// a fact without its form, or an authority's key that is too short. Errors of `sign` as they are.
Result<KeyCertificate> certifyIssuerKey(const BlockSigner& sign, std::size_t authoritySize,
                                        std::string_view prefix, const CertifiedKey& issuer);

// certifyCardKey: `pan` is ASCII digits, `staticData` what staticDataOf gives. Errors as above.
Result<KeyCertificate> certifyCardKey(const BlockSigner& sign, std::size_t issuerSize,
                                      const SecretBytes& pan, const CertifiedKey& card,
                                      ByteView staticData);

// recoverIssuerKey and recoverCardKey check what a terminal checks (Book 2, 5.3, 6.4).
// kUnauthenticated: it is no certificate of this key, or of another card; kExpired; kUnsupported:
// of other algorithms.
Result<RecoveryPublicKey> recoverIssuerKey(const RecoveryPublicKey& authority,
                                           const KeyCertificate& certificate, ByteView exponent,
                                           const SecretBytes& pan, base::Time now);
Result<RecoveryPublicKey> recoverCardKey(const RecoveryPublicKey& issuer,
                                         const KeyCertificate& certificate, ByteView exponent,
                                         const SecretBytes& pan, ByteView staticData,
                                         base::Time now);

// authenticatedPart gives what of a record is static data (Book 3, 10.3): of files 1 to 10 what
// stands inside the template, of others all of it. kMalformed: not one template 70.
Result<ByteView> authenticatedPart(std::uint8_t sfi, ByteView record);

inline constexpr std::uint8_t kTvrCdaFailed = 0x04;  // byte 1 of TVR (Book 3, C5)

// The largest key of a card: its signature fits one answer (D8).
inline constexpr std::size_t kCardKeyMax = 1408 / 8;

// What a CDA signature carries (Book 2, table 18).
struct DynamicData {
  Bytes number;                            // ICC dynamic number, 2 to 8 bytes
  std::uint8_t cryptogramInformation = 0;  // 9F27
  Cryptogram cryptogram{};
  std::array<std::uint8_t, 20> transactionHash{};  // transactionHash, below
  friend bool operator==(const DynamicData&, const DynamicData&) = default;
};

// signDynamicData: a number of another length is a programmer's error.
Bytes signDynamicData(const RecoveryKey& card, const DynamicData& data,
                      const std::array<std::uint8_t, 4>& unpredictableNumber);

// recoverDynamicData: kUnauthenticated, whatever is wrong with the signature.
Result<DynamicData> recoverDynamicData(const RecoveryPublicKey& card, ByteView signature,
                                       const std::array<std::uint8_t, 4>& unpredictableNumber);

// transactionHash binds the signature to the transaction (Book 2, 6.6.1): what the terminal gave
// for PDOL and CDOL1, and the TLV objects of the answer in their order, without 9F4B.
std::array<std::uint8_t, 20> transactionHash(ByteView pdolData, ByteView cdol1Data,
                                             ByteView answerObjects);

}  // namespace florin::emv
