// ActivationCodes issues activation codes and finds their records. The code itself is told once and
// never stored (I10).
#pragma once

#include <optional>

#include "cps/backend.h"
#include "protocol/code.h"

namespace florin::cps {

// A code drawn but not written yet.
struct NewCode {
  SecretBytes code;
  records::ActivationCode row;
};

class ActivationCodes {
 public:
  ActivationCodes(Backend& backend, base::Duration lifetime)
      : backend_(backend), lifetime_(lifetime) {}

  // prepare draws an S1 code for a digital card of `wallet`. It does the costly arithmetic; commit
  // only writes.
  Result<NewCode> prepare(const records::Wallet& wallet, const records::DigitalCard& card);

  // commit writes the code in the caller's unit and gives the wallet its tries anew: the issuer has
  // decided again. kCapacityExceeded: the wallet has too many open codes.
  Status commit(ports::Unit& unit, const NewCode& code);

  // openRecord unseals (w0, L) of a row.
  Result<protocol::Registration> openRecord(const records::ActivationCode& row);

  // checkUsable: kCodeTriesExceeded, kCodeExpired, or nothing against a new attempt with this row.
  Status checkUsable(const records::Wallet& wallet, const records::ActivationCode& row);

  // finish erases a code whose card was claimed, gives the wallet its tries anew and forgets the
  // stored answer to the digitization, which holds the code too.
  Status finish(ports::Unit& unit, const records::ActivationCode& row);

 private:
  Backend& backend_;
  base::Duration lifetime_;
};

}  // namespace florin::cps
