// Reversals: an acquirer takes an authorization back, by the Idempotency-Key under which it was
// asked for, because that is all it knows when no answer came. The ATC stays used (I2).
#pragma once

#include <string>

#include "tsp/tokens.h"

namespace florin::tsp {

struct ReversalCall {
  base::TenantId acquirer;
  ByteView body;  // JSON: {"authorization": "<its Idempotency-Key>"}
};

class Reversals {
 public:
  explicit Reversals(Tsp& tsp) : tsp_(tsp) {}

  // reverse gives the JSON answer: authorization (the key), reversed (true) and booked: whether
  // there was an approved payment. The same call again changes nothing. An authorization that has
  // not come is reversed too: when it comes, it is declined. kMalformed: the body has not its form.
  Result<std::string> reverse(const ReversalCall& call);

 private:
  Tsp& tsp_;
};

}  // namespace florin::tsp
