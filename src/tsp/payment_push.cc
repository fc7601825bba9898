#include "tsp/payment_push.h"

#include "ports/put_push.h"

namespace florin::tsp {

Status pushPayment(Tsp& tsp, ports::Unit& unit, const records::Token& token) {
  if (tsp.bell == nullptr) return {};
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(token.deviceId));
  if (!device || device->sealedPushToken.empty()) return {};
  FLORIN_TRY_ASSIGN(const auto card, unit.digitalCards().findByToken(
                                         device->tenant, device->walletId, token.tokenId));
  if (!card) return {};
  return ports::putPush(unit, tsp.bell, *device, card->digitalCardId, tsp.clock.now());
}

}  // namespace florin::tsp
