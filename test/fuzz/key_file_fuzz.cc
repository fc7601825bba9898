// The key file of the software custody: what is taken is written and read again as the same keys.
#include "base/check.h"
#include "softkeys/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto keys = softkeys::decodeKeyFile(SecretBytes::copyOf({data, size}));
  if (!keys.ok()) return 0;
  FLORIN_CHECK(!keys->channel.empty());
  const SecretBytes written = softkeys::encodeKeyFile(*keys);
  const auto again = softkeys::decodeKeyFile(written);
  FLORIN_CHECK(again.ok());
  FLORIN_CHECK(again->identity.id == keys->identity.id);
  FLORIN_CHECK(again->identity.key.publicPoint() == keys->identity.key.publicPoint());
  FLORIN_CHECK(again->issuerMasterKeys.size() == keys->issuerMasterKeys.size());
  return 0;
}
