// What every use case of this room works with.
#pragma once

#include "cps/activation_codes.h"
#include "cps/card_life_cycle.h"
#include "ports/issuers.h"
#include "tsp/catalog.h"

namespace florin::gateway {

// Borrowed.
struct Gateway {
  cps::Backend& backend;
  cps::ActivationCodes& codes;
  cps::CardLifeCycle& cards;
  const tsp::Catalog& catalog;
  ports::Issuers* issuers = nullptr;  // null: everything is approved
};

}  // namespace florin::gateway
