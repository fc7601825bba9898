// Issuers' decisions: what is taken apart is within its bounds and of a known algorithm.
#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"
#include "proof/decision_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto token = proof::decodeDecisionToken(base::asText({data, size}));
  if (!token.ok()) return 0;
  FLORIN_CHECK(size <= base::limits::kDecisionToken);
  FLORIN_CHECK(!token->keyId.empty() && token->keyId.size() <= base::limits::kKeyName);
  FLORIN_CHECK(token->notBefore >= token->issued);
  FLORIN_CHECK(token->signedPart.size() < size);
  return 0;
}
