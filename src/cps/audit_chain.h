// Keeping the audit log as chains (proof/audit_chain.h).
#pragma once

#include "ports/key_custody.h"
#include "ports/store.h"
#include "proof/audit_chain.h"

namespace florin::cps {

proof::AuditFacts factsOf(const records::AuditEntry& entry);

// appendAudit puts the entry at the end of its instance's chain, in the caller's unit.
Status appendAudit(ports::Unit& unit, records::AuditEntry entry);

// sealAudit seals the end of a chain, unless it is sealed. Gives whether it did.
Result<bool> sealAudit(ports::Store& store, ports::KeyCustody& custody, std::string_view instance,
                       base::Time now);

}  // namespace florin::cps
