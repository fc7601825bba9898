#include "proof/self_attestation.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/p256.h"

namespace florin::proof {
namespace {

constexpr std::string_view kForm = "florin self-attestation/1";
constexpr std::size_t kSignatureSize = 64;

}  // namespace

Bytes selfAttestationText(const SelfAttested& facts) {
  return base::concat(base::asBytes(kForm), facts.challenge, facts.devicePublicKey);
}

Bytes makeSelfAttestation(ByteView signature) {
  return base::concat(base::asBytes(kForm), signature);
}

Status verifySelfAttestation(const SelfAttested& facts, ByteView attestation) {
  if (attestation.size() != kForm.size() + kSignatureSize ||
      !std::ranges::equal(attestation.first(kForm.size()), base::asBytes(kForm))) {
    return Error(Code::kMalformed, "no self-attestation");
  }
  FLORIN_TRY_ASSIGN(const auto key, crypto::P256PublicKey::fromPoint(facts.devicePublicKey));
  return key.verify(selfAttestationText(facts), attestation.last(kSignatureSize));
}

}  // namespace florin::proof
