// CardView is a digital card as its wallet, its issuer and an operator see it (docs/life-cycle.md).
#pragma once

#include <string>

#include "codec/json_writer.h"
#include "cps/backend.h"

namespace florin::cps {

// Provisioning: not on a device yet. Provisioned: the card is there, its first keys are not.
// Provision failed: the device could not apply one of them (an operator retries it). The others are
// tsp::CardLife's; a suspended card is SUSPENDED whether it has reached a device or not.
enum class VisibleState : std::uint8_t {
  kProvisioning,
  kProvisioned,
  kProvisionFailed,
  kInactive,
  kActive,
  kSuspended,
  kRetired,
  kDeleted,
};
Literal nameOf(VisibleState state);
Literal nameOf(records::Suspender who);

// namesOf gives the names of a set of suspenders.
codec::JsonArray namesOf(std::uint8_t suspenders);

struct CardView {
  base::DigitalCardId digitalCardId;
  VisibleState state = VisibleState::kProvisioning;
  std::uint8_t suspenders = 0;  // records::Suspender
  bool delivered = true;        // the device has acknowledged everything for this card
  std::string product;
  std::string panLastFour;
  std::string dpanLastFour;
  base::TokenId tokenId;
  base::DeviceId deviceId;  // zero: no device has claimed it
};

// viewOf reads the rows of a card. kCorrupted: its token is missing.
Result<CardView> viewOf(ports::Unit& unit, tsp::TokenService& tokens,
                        const records::DigitalCard& card);

// describe gives the JSON of docs/issuer-api.md; token and device are an operator's matter and
// stand only `forOperator`.
codec::JsonObject describe(const CardView& view, bool forOperator);

}  // namespace florin::cps
