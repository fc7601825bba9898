// What a program offers to cardholders: [eligibility], [[terms]] and [card_face] of
// D/programs/*.toml (docs/operations.md). Texts and the picture stand in files beside it.
#pragma once

#include "config/push_config.h"
#include "tsp/card_offer.h"

namespace florin::config {

class TomlReader;

// OfferFiles are the files that the offer's fields name, not read yet: one for each of its terms,
// and the picture.
struct OfferFiles {
  std::vector<NamedFile> terms;
  NamedFile art;
};

// readOffer, internal to this room, reads the three tables of a program.
tsp::CardOffer readOffer(TomlReader& program, OfferFiles& files);

// loadOfferFiles, internal to this room, reads the files into the offer; gives what is wrong.
std::optional<ConfigError> loadOfferFiles(const OfferFiles& files, tsp::CardOffer& offer);

}  // namespace florin::config
