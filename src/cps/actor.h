// Actor is who changes something: as whom, and with which API token.
#pragma once

#include <string>

#include "records/tokens.h"

namespace florin::cps {

struct Actor {
  records::Suspender as = records::Suspender::kSystem;
  std::string token = {};  // its label and how its id begins; empty: there was none
};

// An operator who works on the machine itself, without a token.
inline Actor anOperator() { return {records::Suspender::kOperator}; }

// actorOf: the token is an issuer's or an operator's.
Actor actorOf(const records::ApiToken& token);

}  // namespace florin::cps
