#include "cps/audit_chain.h"

#include <limits>

#include "base/bytes.h"

namespace florin::cps {

proof::AuditFacts factsOf(const records::AuditEntry& entry) {
  return {entry.position, entry.tenant, entry.at,      entry.instance,
          entry.actor,    entry.action, entry.subject, entry.facts};
}

Status appendAudit(ports::Unit& unit, records::AuditEntry entry) {
  FLORIN_TRY_ASSIGN(const auto before, unit.audit().head(entry.instance));
  entry.position = before ? before->position + 1 : 1;
  entry.hash = proof::auditHash(factsOf(entry), before ? ByteView(before->hash) : ByteView());
  return unit.audit().append(entry);
}

// Signing is custody's, outside of a unit: what is sealed is the head that was read before.
Result<bool> sealAudit(ports::Store& store, ports::KeyCustody& custody, std::string_view instance,
                       base::Time now) {
  constexpr std::uint64_t kAny = std::numeric_limits<std::int64_t>::max();
  FLORIN_TRY_ASSIGN(const auto head,
                    store.read([&](ports::Unit& unit) { return unit.audit().head(instance); }));
  FLORIN_TRY_ASSIGN(const auto last, store.read([&](ports::Unit& unit) {
    return unit.audit().seals(instance, kAny, 1);
  }));
  if (!head || (!last.empty() && last.front().position >= head->position)) return false;
  records::AuditSeal seal{std::string(instance), head->position, head->hash, now, {}};
  FLORIN_TRY_ASSIGN(
      seal.signature,
      custody.sign(proof::auditSealText({seal.position, seal.hash, seal.at, seal.instance})));
  FLORIN_TRY(store.write([&](ports::Unit& unit) { return unit.audit().addSeal(seal); }));
  return true;
}

}  // namespace florin::cps
