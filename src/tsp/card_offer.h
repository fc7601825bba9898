// What a program offers to the cardholders of its cards, and to which of them (wallet-api 3). Read
// from configuration at start, immutable afterwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "florin/bytes.h"

namespace florin::tsp {

// Terms are what a cardholder accepts before the card comes, in one language.
struct Terms {
  std::string language;  // ISO 639-1
  std::string contentType;
  std::string text;
  Bytes id;  // 32 bytes, a hash of the rest: who accepts it has seen this
};
Terms makeTerms(std::string language, std::string contentType, std::string text);

// Which wallets may have a card of the program.
struct Eligibility {
  bool closed = false;  // no new cards
  std::uint32_t cardsPerWallet = base::limits::kCardsPerWallet;
  std::vector<std::string> deviceTypes;  // empty: any
};

// How the card looks in an application. `art` may be empty.
struct CardFace {
  std::string background = "#1b3a4b";  // colours: #rrggbb
  std::string foreground = "#ffffff";
  std::string artType;  // "image/png", "image/jpeg", "image/webp"
  Bytes art;            // at most limits::kCardArt
};

struct CardOffer {
  std::vector<Terms> terms;  // in the order of preference; none: there is nothing to accept
  Eligibility eligibility;
  CardFace face;

  // termsIn gives those of the language, or else the first; nullptr when there are none.
  [[nodiscard]] const Terms* termsIn(std::string_view language) const;
  // takes tells whether `termsId` is one of them, in whichever language.
  [[nodiscard]] bool takes(ByteView termsId) const;
};

}  // namespace florin::tsp
