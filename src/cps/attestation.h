// Attestation at the backend: what is done about it, and the format of version 1.
#pragma once

#include "ports/attestation.h"

namespace florin::cps {

// kLog writes down a missing or wrong attestation; kRequire refuses it (599).
enum class AttestationPolicy : std::uint8_t { kOff, kLog, kRequire };

struct Attestation {
  AttestationPolicy policy = AttestationPolicy::kOff;
  ports::AttestationVerifier* verifier = nullptr;  // unless the policy is kOff
};

// SelfAttestationVerifier takes proof/self_attestation.h: the device's key is at hand, and no more.
// For tests and development.
class SelfAttestationVerifier : public ports::AttestationVerifier {
 public:
  Status verify(const ports::AttestedKeys& keys, ByteView attestation) override;
};

}  // namespace florin::cps
