// ActivationCodes issues activation codes and finds their records. The code itself is told once and
// never stored (I10).
#pragma once

#include <optional>

#include "base/limits.h"
#include "cps/backend.h"
#include "protocol/code.h"

namespace florin::cps {

// A code drawn but not written yet.
struct NewCode {
  SecretBytes code;
  records::ActivationCode row;
};

// CodePolicy is the wallet provider's: whether codes are handed over by programs (S1) or typed by
// people (S2), and how long they live.
struct CodePolicy {
  messages::Suite suite = messages::Suite::kS1;
  base::Duration lifetime = base::limits::kCodeLifetime;
};

class ActivationCodes {
 public:
  ActivationCodes(Backend& backend, const CodePolicy& policy)
      : backend_(backend), policy_(policy) {}

  // prepare draws a code for a digital card of `wallet`. It does the costly arithmetic (some 100 ms
  // for a typed code); commit only writes.
  Result<NewCode> prepare(const records::Wallet& wallet, const records::DigitalCard& card);

  // commit writes the code in the caller's unit and gives the wallet its tries anew: the issuer has
  // decided again. A typed code replaces the wallet's open one. kCapacityExceeded: the wallet has
  // too many open codes.
  Status commit(ports::Unit& unit, const NewCode& code);

  // find gives the open or bound code that E1 or a claim means: by its reference, or the one typed
  // code. `codeRef` is empty for S2.
  Result<std::optional<records::ActivationCode>> find(ports::Unit& unit,
                                                      const records::Wallet& wallet,
                                                      messages::Suite suite, ByteView codeRef);

  // openRecord unseals (w0, L) of a row.
  Result<protocol::Registration> openRecord(const records::ActivationCode& row);

  // checkUsable: kCodeTriesExceeded, kCodeExpired, or nothing against a new attempt with this row.
  Status checkUsable(const records::Wallet& wallet, const records::ActivationCode& row);

  // finish erases a code whose card was claimed, gives the wallet its tries anew and forgets the
  // stored answer to the digitization, which holds the code too.
  Status finish(ports::Unit& unit, const records::ActivationCode& row);

 private:
  Backend& backend_;
  CodePolicy policy_;
};

}  // namespace florin::cps
