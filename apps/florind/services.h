// Services builds the backend's use cases over a store and a key custody, and gives the routes that
// they answer. florind, the benchmarks and the tests all build it from here, so what is tested is
// what runs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "cps/activation_codes.h"
#include "cps/attestation.h"
#include "cps/configuration_routes.h"
#include "cps/devices.h"
#include "cps/exchanges.h"
#include "cps/housekeeping.h"
#include "florin/log.h"
#include "notify/notices.h"
#include "ports/http.h"
#include "ports/issuers.h"
#include "ports/key_custody.h"
#include "ports/store.h"
#include "proof/decision_token.h"
#include "tsp/card_keys.h"
#include "tsp/catalog.h"

namespace florin::apps {

// Borrowed by Services, which it must outlive.
struct Foundations {
  ports::Store& store;
  ports::KeyCustody& custody;
  const tsp::Catalog& catalog;
  base::Clock& clock;
  base::Random& random;
  Log& log;
  ports::PushBell* bell = nullptr;                    // null: no push service is configured
  ports::Issuers* issuers = nullptr;                  // null: everything is approved
  std::span<const proof::IssuerKey> issuerKeys = {};  // of decisions that come with the card
  notify::Notices* notices = nullptr;                 // null: no issuer is told anything
  base::Metrics* metrics = nullptr;                   // null: nothing is counted
};

struct BackendNames {
  std::string backendId;
  base::TenantId walletProvider;
  cps::CodePolicy codes;
  cps::AttestationPolicy attestation = cps::AttestationPolicy::kOff;
  cps::OnRollback onRollback = cps::OnRollback::kReplaceKeys;
  base::Duration operationsKept = base::limits::kOperationsKept;
  std::string instance = "main";
  std::vector<cps::IssuerFacts> issuers = {};  // how they are configured, for operators to see
};

class Services {
 public:
  // make opens the store's data keys and compares key check values. kCorrupted: the store belongs
  // to another custody.
  static Result<std::unique_ptr<Services>> make(const Foundations& foundations,
                                                const BackendNames& names);

  virtual ~Services() = default;

  // makeRoutes gives every route of the backend; they borrow the services.
  virtual std::vector<ports::Route> makeRoutes() = 0;

  virtual cps::Devices& devices() = 0;
  virtual sealing::RowSealer& sealer() = 0;
  virtual cps::Housekeeping& housekeeping() = 0;
  virtual tsp::CardKeys& cardKeys() = 0;
};

}  // namespace florin::apps
