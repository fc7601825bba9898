// A card capture envelope (CMS EnvelopedData): cmsParse keeps its bounds whatever comes.
#include "base/check.h"
#include "base/limits.h"
#include "crypto/cms.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto parts = crypto::cmsParse({data, size});
  if (!parts.ok()) return 0;
  FLORIN_CHECK(size <= base::limits::kCmsEnvelope);
  FLORIN_CHECK(parts->ciphertext.size() >= 16 && parts->ciphertext.size() % 16 == 0);
  FLORIN_CHECK(parts->ciphertext.size() < size);
  // Any key: the padding decides, and nothing is read past the end.
  const auto content = crypto::cmsOpenContent(*parts, SecretBytes::copyOf(Bytes(32, 0x42)));
  FLORIN_CHECK(!content.ok() || content->size() < parts->ciphertext.size());
  return 0;
}
