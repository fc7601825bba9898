#include "tsp/payment_notice.h"

#include "notify/notices.h"

namespace florin::tsp {

Status noticePayment(Tsp& tsp, ports::Unit& unit, const records::Token& token,
                     const records::Authorization& payment) {
  using records::NoticeType;
  if (tsp.notices == nullptr || !tsp.notices->wants(token.tenant, NoticeType::kTransaction)) {
    return {};
  }
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(token.deviceId));
  if (!device) return {};
  FLORIN_TRY_ASSIGN(const auto card, unit.digitalCards().findByToken(
                                         device->tenant, device->walletId, token.tokenId));
  if (!card) return {};
  return tsp.notices->put(unit, *card, NoticeType::kTransaction, [&](codec::JsonObject& body) {
    body.add("transactionId", payment.authorizationId)
        .add("paidAtMs", base::toMs(payment.created))
        .add("amountMinorUnits", payment.amount.minorUnits)
        .add("currency", payment.amount.currency)
        .add("outcome", payment.approved ? "approved" : "declined")
        .add("reason", payment.reason)
        .add("atc", payment.atc)
        .add("reversed", payment.reversed != base::Time())
        .add("panLastFour", token.panLastFour)
        .add("dpanLastFour", token.dpanLastFour);
  });
}

}  // namespace florin::tsp
