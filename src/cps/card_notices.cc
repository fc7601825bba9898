#include "cps/card_notices.h"

#include <algorithm>

#include "messages/operations.h"
#include "notify/notices.h"

namespace florin::cps {
namespace {

using messages::OperationType;
using records::NoticeType;

bool provisions(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(OperationType::kInstallCard) ||
         type == static_cast<std::uint8_t>(OperationType::kInstallKeys);
}

}  // namespace

Status tellIssuer(ports::Unit& unit, const Backend& backend, const records::DigitalCard& card,
                  const CardNews& news) {
  if (backend.notices == nullptr || !backend.notices->wants(card.issuer, NoticeType::kCardState)) {
    return {};
  }
  FLORIN_TRY_ASSIGN(const CardView view, viewOf(unit, backend.tokens, card));
  return backend.notices->put(unit, card, NoticeType::kCardState, [&](codec::JsonObject& body) {
    body.add("change", news.change.view())
        .add("by", nameOf(news.by).view())
        .add("state", nameOf(view.state).view())
        .add("suspendedBy", namesOf(view.suspenders))
        .add("product", view.product)
        .add("panLastFour", view.panLastFour)
        .add("dpanLastFour", view.dpanLastFour);
  });
}

Result<ProvisioningWatch> ProvisioningWatch::before(ports::Unit& unit, const Backend& backend,
                                                    const records::Device& device,
                                                    const std::vector<messages::Ack>& acks) {
  ProvisioningWatch watch;
  if (backend.notices == nullptr) return watch;
  for (const messages::Ack& ack : acks) {
    FLORIN_TRY_ASSIGN(const auto row, unit.operations().find(device.deviceId, ack.opSeq));
    if (!row || row->state != records::OperationState::kPending || !provisions(row->type)) continue;
    const auto isIt = [&](const Seen& seen) { return seen.card.tokenId == row->tokenId; };
    if (std::ranges::any_of(watch.seen_, isIt)) continue;
    FLORIN_TRY_ASSIGN(
        auto card, unit.digitalCards().findByToken(device.tenant, device.walletId, row->tokenId));
    if (!card || !backend.notices->wants(card->issuer, NoticeType::kCardState)) continue;
    FLORIN_TRY_ASSIGN(const CardView view, viewOf(unit, backend.tokens, *card));
    watch.seen_.push_back({std::move(*card), view.state});
  }
  return watch;
}

Status ProvisioningWatch::tell(ports::Unit& unit, const Backend& backend) const {
  for (const Seen& seen : seen_) {
    FLORIN_TRY_ASSIGN(const CardView view, viewOf(unit, backend.tokens, seen.card));
    if (view.state == seen.state) continue;
    const bool failed = view.state == VisibleState::kProvisionFailed;
    const Literal change = failed ? Literal("provision_failed") : Literal("provisioned");
    FLORIN_TRY(tellIssuer(unit, backend, seen.card, {change}));
  }
  return {};
}

}  // namespace florin::cps
