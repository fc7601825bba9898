// CardFaces tells a wallet how one of its cards looks: what its program says of it, and its
// picture.
#pragma once

#include "gateway/gateway.h"
#include "messages/card_face.h"

namespace florin::gateway {

class CardFaces {
 public:
  explicit CardFaces(const Gateway& gateway) : gateway_(gateway) {}

  // Both: UNKNOWN_DIGITAL_CARD_ID (kTokenUnknown) when the wallet has no such card.
  Result<messages::CardMetadata> metadata(const base::WalletId& wallet,
                                          const base::DigitalCardId& id);

  // art gives the picture, of the type that the metadata tells. UNKNOWN_DIGITAL_CARD_ID: there is
  // none.
  Result<tsp::CardFace> art(const base::WalletId& wallet, const base::DigitalCardId& id);

 private:
  struct Found {
    std::string panLastFour;
    const tsp::Issuer* issuer = nullptr;
    const tsp::Program* program = nullptr;
  };
  Result<Found> find(const base::WalletId& wallet, const base::DigitalCardId& id);

  Gateway gateway_;
};

}  // namespace florin::gateway
