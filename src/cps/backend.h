// Backend is what every use case of cps and gateway works with. It borrows; everything in it may be
// used from several threads at once.
#pragma once

#include <string>

#include "base/ids.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "cps/store_epoch.h"
#include "florin/log.h"
#include "messages/status.h"
#include "ports/key_custody.h"
#include "ports/push_sender.h"
#include "ports/store.h"
#include "sealing/row_sealer.h"
#include "tsp/token_service.h"

namespace florin::notify {
class Notices;
}  // namespace florin::notify

namespace florin::cps {

struct Backend {
  ports::Store& store;
  ports::KeyCustody& custody;
  sealing::RowSealer& sealer;
  tsp::TokenService& tokens;
  base::Clock& clock;
  base::Random& random;
  Log& log;
  std::string backendId;  // SPAKE2+ identity of the verifier, part of every transcript
  base::TenantId tenant;  // the wallet provider that this backend serves
  StoreEpoch epoch = {};  // when it started: a restore needs it stopped, a confirmation does not
  ports::PushBell* bell = nullptr;  // null: no push service is configured; devices poll
  base::Duration operationsKept = base::limits::kOperationsKept;  // after they are over (D7)
  std::string instance = "main";       // of several florinds on one store: whose audit log it is
  notify::Notices* notices = nullptr;  // null: no issuer is told anything
  base::Metrics* metrics = nullptr;    // null: nothing is counted
};

// notKnown is the refusal for what the store does not hold: `status`, or kBusy as long as a restore
// is not confirmed.
Error notKnown(Backend& backend, messages::CpsStatus status, Literal text);

}  // namespace florin::cps
