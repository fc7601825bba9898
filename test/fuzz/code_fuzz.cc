// A code is taken by its form alone, and its form decides whether it has a ref.
#include "base/check.h"
#include "base/limits.h"
#include "protocol/code.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto parsed = protocol::parseCode(SecretBytes::copyOf({data, size}));
  if (!parsed.ok()) return 0;
  FLORIN_CHECK(size >= base::limits::kCodeMin && size <= base::limits::kCodeMax);
  const bool s1 = parsed->suite == messages::Suite::kS1;
  FLORIN_CHECK(parsed->codeRef.size() == (s1 ? 8U : 0U));
  FLORIN_CHECK(!s1 || size == base::limits::kS1CodeLength);
  return 0;
}
