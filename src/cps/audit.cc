#include "cps/audit.h"

#include "base/bytes.h"
#include "cps/audit_chain.h"
#include "cps/card_view.h"

namespace florin::cps {

Status audit(ports::Unit& unit, const Backend& backend, const Audited& what) {
  return appendAudit(unit, {.tenant = backend.tenant,
                            .at = backend.clock.now(),
                            .actor = std::string(nameOf(what.by).view()),
                            .action = std::string(what.action.view()),
                            .subject = base::toHex(what.subject),
                            .facts = what.facts,
                            .instance = backend.instance});
}

}  // namespace florin::cps
