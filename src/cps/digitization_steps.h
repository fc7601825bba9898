// What becomes of a digitization is noted step by step, for the operator's timeline
// (docs/operations.md). State changes stand in the audit log and are not noted twice.
#pragma once

#include <optional>
#include <string>

#include "cps/backend.h"

namespace florin::cps {

// A step; `facts` is for a person, and has no secret.
struct Step {
  Literal what;
  std::string facts = {};
  std::optional<base::Time> at = {};  // none: now
};

// noteStep writes a step of a card's digitization in the caller's unit.
Status noteStep(ports::Unit& unit, const Backend& backend, const records::DigitalCard& card,
                const Step& step);

// withoutCard is what a digitization that made no card has of one: whose story it is.
records::DigitalCard withoutCard(const records::Wallet& wallet,
                                 const base::CorrelationId& correlationId,
                                 const base::DigitalCardId& digitalCardId);

}  // namespace florin::cps
