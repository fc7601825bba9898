// Rows of room cps: what became of a digitization, step by step, for the operator's timeline. No
// field carries a secret. See wallets.h for what holds of every row.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/result.h"

namespace florin::records {

struct DigitizationStep {
  base::TenantId tenant;  // the wallet provider
  base::CorrelationId correlationId;
  std::uint64_t number = 0;  // given by the store, ascending
  base::Time at;
  base::WalletId walletId;
  base::DigitalCardId digitalCardId;
  std::string what;   // "decided"
  std::string facts;  // for a person: "yellow"
};

class DigitizationStepRepository {
 public:
  virtual ~DigitizationStepRepository() = default;

  // append writes one more; its number is not read. Nothing beyond limits::kDigitizationSteps of
  // one correlation: whoever asks without end tells nothing new.
  virtual Status append(const DigitizationStep& step) = 0;

  // of gives a digitization's steps, oldest first. Two wallets may have chosen the same id.
  virtual Result<std::vector<DigitizationStep>> of(const base::TenantId& tenant,
                                                   const base::CorrelationId& correlationId) = 0;

  // eraseOld erases steps of before `before`, at most `limit`; gives how many.
  virtual Result<std::size_t> eraseOld(base::Time before, std::size_t limit) = 0;
};

}  // namespace florin::records
