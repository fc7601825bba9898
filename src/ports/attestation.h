// AttestationVerifier judges what a device says of where its keys live (D5, docs/protocol.md 4.4).
// An adapter knows one platform's format. Called from several threads at once.
#pragma once

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::ports {

struct AttestedKeys {
  Bytes challenge;        // 32 bytes, derived by both sides, never sent
  Bytes devicePublicKey;  // 65 bytes: static key of the channel
};

class AttestationVerifier {
 public:
  virtual ~AttestationVerifier() = default;

  // verify: kMalformed when it is no attestation of this format, kUnauthenticated when it does not
  // prove what is wanted.
  virtual Status verify(const AttestedKeys& keys, ByteView attestation) = 0;
};

}  // namespace florin::ports
