#include "gateway/card_faces.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "messages/mg_status.h"

namespace florin::gateway {

// The program is the token's: a product's name may be shared, and may change.
Result<CardFaces::Found> CardFaces::find(const base::WalletId& wallet,
                                         const base::DigitalCardId& id) {
  cps::Backend& backend = gateway_.backend;
  FLORIN_TRY_ASSIGN(
      const auto token, backend.store.read([&](ports::Unit& unit) -> Result<records::Token> {
        FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend, cps::Asker::wallet(wallet), id));
        FLORIN_TRY_ASSIGN(auto row, unit.tokens().find(card.issuer, card.tokenId));
        if (!row) return Error(Code::kCorrupted, "a digital card has no token");
        return std::move(*row);
      }));
  const auto& issuers = gateway_.catalog.issuers();
  const auto issuer = std::ranges::find(issuers, token.tenant, &tsp::Issuer::id);
  const tsp::Program* const program = gateway_.catalog.program(token.program);
  if (program == nullptr || issuer == issuers.end()) {
    return messages::mgRefusal(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID,
                               "the card's program is not configured any more");
  }
  return Found{token.panLastFour, &*issuer, program};
}

Result<messages::CardMetadata> CardFaces::metadata(const base::WalletId& wallet,
                                                   const base::DigitalCardId& id) {
  FLORIN_TRY_ASSIGN(const Found found, find(wallet, id));
  const tsp::CardFace& face = found.program->offer.face;
  messages::CardMetadata metadata;
  metadata.product = found.program->product;
  metadata.issuerName = found.issuer->name;
  metadata.panLastFour = found.panLastFour;
  metadata.background = face.background;
  metadata.foreground = face.foreground;
  if (!face.art.empty()) {
    metadata.artType = face.artType;
    metadata.artHash = base::toBytes(crypto::sha256(face.art));
  }
  return metadata;
}

Result<tsp::CardFace> CardFaces::art(const base::WalletId& wallet, const base::DigitalCardId& id) {
  FLORIN_TRY_ASSIGN(const Found found, find(wallet, id));
  const tsp::CardFace& face = found.program->offer.face;
  if (!face.art.empty()) return face;
  return messages::mgRefusal(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "the card has no picture");
}

}  // namespace florin::gateway
