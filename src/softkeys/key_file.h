// The key file of SoftKeys, one JSON object. Binary values are lowercase hex, points are not
// stored:
//
//   {"format": "florin-keys", "version": 1,
//    "kek": 32 bytes, "hmac": 32 bytes,
//    "identity": KEY, "channel": [KEY, ...], "transport": KEY,
//    "capture": PKCS#8 of RSA,
//    "issuerMasterKeys": [{"program": name, "version": number, "key": 16 bytes}, ...],
//    "cardAuthorities": [{"program": name, "index": number, "authority": PKCS#8 of RSA,
//                         "issuer": PKCS#8 of RSA}, ...]}     may be absent: none
//   KEY = {"id": 16 bytes, "scalar": 32 bytes, of P-256}
//
// The first channel key is the one that new devices get.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "crypto/p256.h"
#include "crypto/recovery_rsa.h"
#include "crypto/rsa.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::softkeys {

struct NamedKey {
  base::KeyId id;
  crypto::P256Key key;
};

struct IssuerMasterKey {
  std::string program;
  std::uint32_t version = 1;
  SecretBytes key;  // 16 bytes, two-key triple DES
};

// CardAuthority certifies the keys of a program's cards, by way of the issuer's key.
struct CardAuthority {
  std::string program;
  std::uint8_t index = 0;  // no other authority of the file has it
  crypto::RecoveryKey authority;
  crypto::RecoveryKey issuer;
};

struct KeyFile {
  SecretBytes kek;
  SecretBytes hmac;
  NamedKey identity;
  std::vector<NamedKey> channel;  // at least one
  NamedKey transport;
  crypto::RsaKey capture;
  std::vector<IssuerMasterKey> issuerMasterKeys;
  std::vector<CardAuthority> cardAuthorities;
};

SecretBytes encodeKeyFile(const KeyFile& keys);

// decodeKeyFile: kMalformed when it is no key file, kUnsupported when it is of another version.
Result<KeyFile> decodeKeyFile(const SecretBytes& content);

}  // namespace florin::softkeys
