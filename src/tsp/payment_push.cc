#include "tsp/payment_push.h"

namespace florin::tsp {

Status pushPayment(Tsp& tsp, ports::Unit& unit, const records::Token& token) {
  if (tsp.bell == nullptr) return {};
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(token.deviceId));
  if (!device || device->sealedPushToken.empty()) return {};
  FLORIN_TRY_ASSIGN(const auto card, unit.digitalCards().findByToken(
                                         device->tenant, device->walletId, token.tokenId));
  if (!card) return {};
  FLORIN_TRY(
      unit.pushes().put(device->tenant, device->deviceId, card->digitalCardId, tsp.clock.now()));
  // The worker's own unit comes after this one, so it finds the row.
  tsp.bell->ring();
  return {};
}

}  // namespace florin::tsp
