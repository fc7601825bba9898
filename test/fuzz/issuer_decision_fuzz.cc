// Answers of issuers to "card.decide": a decision that is taken is one of three, and yellow always
// comes with a way to go on.
#include "base/check.h"
#include "issuers/issuer_decision.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto answer = issuers::decodeIssuerDecision(SecretBytes::copyOf({data, size}));
  if (!answer.ok()) return 0;
  FLORIN_CHECK((answer->decision == ports::IssuerDecision::kYellow) == !answer->methods.empty());
  return 0;
}
