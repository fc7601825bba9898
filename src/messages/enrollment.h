// Messages of device enrollment (docs/protocol.md, D5). Each travels as one protobuf message of
// channel.proto in canonical form: what decodes must encode to the same bytes, or it is malformed.
// Byte strings have fixed sizes where a size is given; anything else is kMalformed; over
// limits::kEnrollmentMessage is kTooLarge.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::messages {

// How the code becomes (w0, w1): the code's form decides (D5).
enum class Suite : std::uint8_t {
  kS1 = 1,  // 26 base32 characters, HKDF
  kS2 = 2,  // typed codes, scrypt
};

// E1, device to backend. `encodeE1Context` is E1 without shareP: its SHA-256 enters the SPAKE2+
// context.
struct E1 {
  std::uint32_t version = 0;
  Suite suite = Suite::kS1;
  base::WalletId walletId;
  Bytes codeRef;      // S1: 8 bytes; S2: empty
  Bytes clientNonce;  // 16 bytes
  Bytes shareP;       // 65 bytes, uncompressed
};
Bytes encodeE1(const E1& message);
Bytes encodeE1Context(const E1& message);
Result<E1> decodeE1(ByteView bytes);

// E2, backend to device.
struct E2 {
  base::EnrollmentId enrollmentId;
  Bytes shareV;    // 65 bytes, uncompressed
  Bytes confirmV;  // 32 bytes
  std::uint32_t triesLeft = 0;
};
Bytes encodeE2(const E2& message);
Result<E2> decodeE2(ByteView bytes);

// E3, device to backend: `sealed` is DeviceFacts under K_c2s.
struct E3 {
  base::EnrollmentId enrollmentId;
  Bytes confirmP;  // 32 bytes
  Bytes sealed;
};
Bytes encodeE3(const E3& message);
Result<E3> decodeE3(ByteView bytes);

struct DeviceFacts {
  Bytes devicePublicKey;     // 65 bytes: static key of the channel
  Bytes transportPublicKey;  // 65 bytes: payment keys are wrapped for it (D8)
  std::optional<Bytes> attestation;
  SecretBytes pushToken;   // empty: none; "HMS:" in front selects HMS
  std::string language;    // ISO 639-1
  std::string deviceInfo;  // free text for the operator, at most limits::kDeviceInfo
};
SecretBytes encodeDeviceFacts(const DeviceFacts& facts);
Result<DeviceFacts> decodeDeviceFacts(const SecretBytes& bytes);

// E4, backend to device: BackendFacts under K_s2c.
struct E4 {
  Bytes sealed;
};
Bytes encodeE4(const E4& message);
Result<E4> decodeE4(ByteView bytes);

// A public key of the backend with its id, signed by the backend key pinned at WSE over
// `signedKeyText`.
enum class BackendKeyUse : std::uint8_t { kChannel = 1, kTransport = 2 };
struct SignedBackendKey {
  base::KeyId id;
  Bytes point;      // 65 bytes
  Bytes signature;  // 64 bytes
};
Bytes encodeSignedKey(const SignedBackendKey& key);
Result<SignedBackendKey> decodeSignedKey(ByteView bytes);
Bytes signedKeyText(BackendKeyUse use, const base::KeyId& id, ByteView point);

struct BackendFacts {
  base::DeviceId deviceId;
  SignedBackendKey channelKey;
  SignedBackendKey transportKey;
  base::KeyId pskId;
  base::Time serverTime;
};
SecretBytes encodeBackendFacts(const BackendFacts& facts);
Result<BackendFacts> decodeBackendFacts(const SecretBytes& bytes);

}  // namespace florin::messages
