// What every use case of this room works with.
#pragma once

#include <span>

#include "cps/activation_codes.h"
#include "cps/card_life_cycle.h"
#include "ports/issuers.h"
#include "proof/decision_token.h"
#include "tsp/catalog.h"

namespace florin::gateway {

// Borrowed.
struct Gateway {
  cps::Backend& backend;
  cps::ActivationCodes& codes;
  cps::CardLifeCycle& cards;
  const tsp::Catalog& catalog;
  ports::Issuers* issuers = nullptr;                  // null: everything is approved
  std::span<const proof::IssuerKey> issuerKeys = {};  // of decision tokens
};

}  // namespace florin::gateway
