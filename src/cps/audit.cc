#include "cps/audit.h"

#include "base/bytes.h"
#include "cps/api_tokens.h"
#include "cps/audit_chain.h"
#include "cps/card_view.h"

namespace florin::cps {
namespace {

std::string factsOf(const Audited& what) {
  if (what.by.token.empty()) return what.facts;
  return (what.facts.empty() ? "" : what.facts + ", ") + "by token " + what.by.token;
}

}  // namespace

Actor actorOf(const records::ApiToken& token) {
  constexpr std::size_t kShown = 4;
  const bool issuer = token.scope == records::ApiScope::kIssuer;
  return {issuer ? records::Suspender::kIssuer : records::Suspender::kOperator,
          token.label + " (" + base::toHex(idOf(token).first(kShown)) + ")"};
}

Status audit(ports::Unit& unit, const Backend& backend, const Audited& what) {
  return appendAudit(unit, {.tenant = backend.tenant,
                            .at = backend.clock.now(),
                            .actor = std::string(nameOf(what.by.as).view()),
                            .action = std::string(what.action.view()),
                            .subject = base::toHex(what.subject),
                            .facts = factsOf(what),
                            .instance = backend.instance});
}

}  // namespace florin::cps
