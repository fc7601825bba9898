#include "tsp/card_offer.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace florin::tsp {

Terms makeTerms(std::string language, std::string contentType, std::string text) {
  constexpr std::uint8_t kEnd = 0;  // in none of the parts: they are text
  crypto::Sha256 hash;
  hash.update(base::asBytes("florin terms/1"));
  for (const std::string* part : {&language, &contentType, &text}) {
    hash.update(ByteView(&kEnd, 1)).update(base::asBytes(*part));
  }
  Bytes id = base::toBytes(hash.finish());
  return {std::move(language), std::move(contentType), std::move(text), std::move(id)};
}

const Terms* CardOffer::termsIn(std::string_view language) const {
  if (terms.empty()) return nullptr;
  const auto found = std::ranges::find(terms, language, &Terms::language);
  return found == terms.end() ? terms.data() : &*found;
}

bool CardOffer::takes(ByteView termsId) const {
  return std::ranges::any_of(
      terms, [&](const Terms& known) { return std::ranges::equal(known.id, termsId); });
}

}  // namespace florin::tsp
