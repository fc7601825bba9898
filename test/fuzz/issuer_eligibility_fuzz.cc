// What an issuer answers about the eligibility of a card.
#include "florin/bytes.h"
#include "issuers/issuer_decision.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  (void)issuers::decodeIssuerEligibility(SecretBytes::copyOf({data, size}));
  return 0;
}
