#include "cps/digitization_steps.h"

namespace florin::cps {

Status noteStep(ports::Unit& unit, const Backend& backend, const records::DigitalCard& card,
                const Step& step) {
  return unit.digitizationSteps().append({.tenant = card.tenant,
                                          .correlationId = card.correlationId,
                                          .number = 0,
                                          .at = step.at.value_or(backend.clock.now()),
                                          .walletId = card.walletId,
                                          .digitalCardId = card.digitalCardId,
                                          .what = std::string(step.what.view()),
                                          .facts = step.facts});
}

records::DigitalCard withoutCard(const records::Wallet& wallet,
                                 const base::CorrelationId& correlationId,
                                 const base::DigitalCardId& digitalCardId) {
  records::DigitalCard none;
  none.tenant = wallet.tenant;
  none.correlationId = correlationId;
  none.walletId = wallet.walletId;
  none.digitalCardId = digitalCardId;
  return none;
}

}  // namespace florin::cps
