#include "cps/attestation.h"

#include "proof/self_attestation.h"

namespace florin::cps {

Status SelfAttestationVerifier::verify(const ports::AttestedKeys& keys, ByteView attestation) {
  return proof::verifySelfAttestation({keys.challenge, keys.devicePublicKey}, attestation);
}

}  // namespace florin::cps
