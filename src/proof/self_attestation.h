// The self-attestation of docs/protocol.md 4.4: a signature by the device's own key. It proves that
// the key is at hand, not where it lives.
#pragma once

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::proof {

// All borrow for the call.
struct SelfAttested {
  ByteView challenge;        // 32 bytes
  ByteView devicePublicKey;  // 65 bytes; it signs
};

// selfAttestationText is what the device's key signs.
Bytes selfAttestationText(const SelfAttested& facts);

// makeSelfAttestation puts a signature (64 bytes) into its form.
Bytes makeSelfAttestation(ByteView signature);

// verifySelfAttestation: kMalformed when it has not the form, kUnauthenticated when the signature
// is not over these facts.
Status verifySelfAttestation(const SelfAttested& facts, ByteView attestation);

}  // namespace florin::proof
