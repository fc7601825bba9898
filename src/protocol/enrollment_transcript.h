// What both sides of device enrollment compute alike (D5, docs/protocol.md 4): the SPAKE2+ names,
// the keys under K_shared and the associated data of the two sealed messages.
#pragma once

#include <string_view>

#include "florin/version.h"
#include "messages/enrollment.h"
#include "protocol/spake2plus.h"

namespace florin::protocol {

// enrollmentNames: the context is version, suite, KDF parameters, backendId and SHA-256 of E1
// without shareP; the prover is the wallet, the verifier the backend.
Spake2Names enrollmentNames(const messages::E1& e1, std::string_view backendId);

// EnrollmentKeys are all that K_shared is used for, each HKDF-Expand of it. kC2s and kS2c seal
// exactly one plaintext each, in E3 and E4, and therefore with a nonce of zeros.
struct EnrollmentKeys {
  SecretBytes kC2s;
  SecretBytes kS2c;
  SecretBytes psk;        // of the exchange's handshake
  Bytes attestChallenge;  // 32 bytes, public
};
EnrollmentKeys enrollmentKeys(const SecretBytes& kShared);

// sealedAad is the associated data of E3 and E4: a digest of E1 and E2 as they were sent, and of
// confirmP.
Bytes sealedAad(ByteView e1, ByteView e2, ByteView confirmP);

// sealOnce and openOnce are AES-256-GCM with a nonce of zeros, for a key that seals one plaintext
// in its life. The result of sealOnce is stored and repeated as bytes, never made again.
Bytes sealOnce(const SecretBytes& key, ByteView aad, const SecretBytes& plaintext);
Result<SecretBytes> openOnce(const SecretBytes& key, ByteView aad, ByteView sealed);

}  // namespace florin::protocol
