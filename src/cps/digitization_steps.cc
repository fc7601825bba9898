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

}  // namespace florin::cps
