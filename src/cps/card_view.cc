#include "cps/card_view.h"

#include "messages/operations.h"

namespace florin::cps {
namespace {

using messages::OperationType;
using records::OperationState;
using records::Suspender;
using tsp::CardLife;

// How far an operation of the card came on its device.
enum class Progress : std::uint8_t { kWaiting, kFailed, kDone };

Result<Progress> progressOf(ports::Unit& unit, const records::Token& token, OperationType type) {
  const auto has = [&](OperationState state) -> Result<bool> {
    FLORIN_TRY_ASSIGN(const auto row,
                      unit.operations().newestOfCard(token.deviceId, token.tokenId,
                                                     static_cast<std::uint8_t>(type), state));
    return row.has_value();
  };
  FLORIN_TRY_ASSIGN(const bool applied, has(OperationState::kAcked));
  if (applied) return Progress::kDone;
  FLORIN_TRY_ASSIGN(const bool parked, has(OperationState::kParked));
  return parked ? Progress::kFailed : Progress::kWaiting;
}

// The state of a card that is being provisioned, or nothing when it is provisioned.
Result<std::optional<VisibleState>> provisioning(ports::Unit& unit, const records::Token& token) {
  if (token.deviceId == base::DeviceId()) return std::optional(VisibleState::kProvisioning);
  FLORIN_TRY_ASSIGN(const Progress card, progressOf(unit, token, OperationType::kInstallCard));
  if (card == Progress::kFailed) return std::optional(VisibleState::kProvisionFailed);
  if (card == Progress::kWaiting) return std::optional(VisibleState::kProvisioning);
  FLORIN_TRY_ASSIGN(const Progress keys, progressOf(unit, token, OperationType::kInstallKeys));
  if (keys == Progress::kFailed) return std::optional(VisibleState::kProvisionFailed);
  if (keys == Progress::kWaiting) return std::optional(VisibleState::kProvisioned);
  return std::optional<VisibleState>();
}

Result<VisibleState> visibleState(ports::Unit& unit, const records::Token& token, CardLife life) {
  switch (life) {
    case CardLife::kDeleted: return VisibleState::kDeleted;
    case CardLife::kRetired: return VisibleState::kRetired;
    case CardLife::kSuspended:
    case CardLife::kInactiveSuspended: return VisibleState::kSuspended;
    case CardLife::kInactive:
    case CardLife::kActive: break;
  }
  FLORIN_TRY_ASSIGN(const auto underWay, provisioning(unit, token));
  if (underWay) return *underWay;
  return life == CardLife::kActive ? VisibleState::kActive : VisibleState::kInactive;
}

}  // namespace

Literal nameOf(VisibleState state) {
  switch (state) {
    case VisibleState::kProvisioning: return "PROVISIONING";
    case VisibleState::kProvisioned: return "PROVISIONED";
    case VisibleState::kProvisionFailed: return "PROVISION_FAILED";
    case VisibleState::kInactive: return "INACTIVE";
    case VisibleState::kActive: return "ACTIVE";
    case VisibleState::kSuspended: return "SUSPENDED";
    case VisibleState::kRetired: return "RETIRED";
    case VisibleState::kDeleted: return "DELETED";
  }
  return "UNKNOWN";
}

Literal nameOf(Suspender who) {
  switch (who) {
    case Suspender::kWallet: return "wallet";
    case Suspender::kIssuer: return "issuer";
    case Suspender::kOperator: return "operator";
    case Suspender::kSystem: return "system";
  }
  return "unknown";
}

codec::JsonArray namesOf(std::uint8_t suspenders) {
  codec::JsonArray names;
  for (const Suspender who :
       {Suspender::kWallet, Suspender::kIssuer, Suspender::kOperator, Suspender::kSystem}) {
    if ((suspenders & static_cast<std::uint8_t>(who)) != 0) names.add(nameOf(who).view());
  }
  return names;
}

Result<CardView> viewOf(ports::Unit& unit, tsp::TokenService& tokens,
                        const records::DigitalCard& card) {
  const auto found = tokens.look(unit, card.issuer, card.tokenId);
  if (!found.ok()) {
    if (found.error().code() != Code::kNotFound) return found.error();
    return Error(Code::kCorrupted, "a digital card has no token");
  }
  const records::Token& token = found->token;
  CardView view;
  view.digitalCardId = card.digitalCardId;
  view.suspenders = token.suspenders;
  view.product = card.product;
  view.panLastFour = token.panLastFour;
  view.dpanLastFour = token.dpanLastFour;
  view.tokenId = token.tokenId;
  view.deviceId = token.deviceId;
  FLORIN_TRY_ASSIGN(view.state, visibleState(unit, token, found->after));
  if (token.deviceId != base::DeviceId()) {
    FLORIN_TRY_ASSIGN(const auto open, unit.operations().openOfCard(token.deviceId, token.tokenId));
    view.delivered = open.empty();
  }
  return view;
}

codec::JsonObject describe(const CardView& view, bool forOperator) {
  codec::JsonObject json;
  json.add("digitalCardId", view.digitalCardId)
      .add("state", nameOf(view.state).view())
      .add("suspendedBy", namesOf(view.suspenders))
      .add("delivered", view.delivered)
      .add("product", view.product)
      .add("panLastFour", view.panLastFour)
      .add("dpanLastFour", view.dpanLastFour);
  if (!forOperator) return json;
  json.add("tokenId", view.tokenId);
  if (view.deviceId != base::DeviceId()) json.add("deviceId", view.deviceId);
  return json;
}

}  // namespace florin::cps
