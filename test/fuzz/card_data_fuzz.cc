// What decodeCardData takes is valid, and written again it is read as the same card.
#include "base/bytes.h"
#include "base/check.h"
#include "proof/capture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto card = proof::decodeCardData(SecretBytes::copyOf({data, size}));
  if (!card.ok()) return 0;
  FLORIN_CHECK(proof::checkCardData(*card).ok());
  const auto json = proof::encodeCardData(*card);
  FLORIN_CHECK(json.ok());
  const auto again = proof::decodeCardData(*json);
  FLORIN_CHECK(again.ok());
  FLORIN_CHECK(base::asText(again->pan.expose()) == base::asText(card->pan.expose()));
  FLORIN_CHECK(base::asText(again->cvv.expose()) == base::asText(card->cvv.expose()));
  FLORIN_CHECK(again->expiry == card->expiry && again->name == card->name);
  FLORIN_CHECK(again->nonce == card->nonce);
  return 0;
}
