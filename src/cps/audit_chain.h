// The audit log of one florind is a chain: each entry's hash covers the one before, so that none
// can be changed, left out or put in unseen. What was cut off at the end is seen by the seals,
// which the identity key signs at intervals (docs/operations.md).
//
//   hash = SHA-256("florin audit/1" | hash before (32, of the first entry zeros) | position (8)
//                  tenant (16) time (8, ms) | instance | actor | action | subject | facts)
//   seal = signature of "florin audit seal/1" | position (8) hash (32) time (8, ms) | instance
//
// Numbers are big-endian; texts stand behind their length in 4 bytes.
#pragma once

#include "ports/key_custody.h"
#include "ports/store.h"
#include "records/audit.h"

namespace florin::cps {

// auditHash is over everything of the entry but its number and its own hash. `before` is empty for
// the first entry.
Bytes auditHash(const records::AuditEntry& entry, ByteView before);

// appendAudit puts the entry at the end of its instance's chain, in the caller's unit.
Status appendAudit(ports::Unit& unit, records::AuditEntry entry);

// auditSealText is what a seal signs.
Bytes auditSealText(const records::AuditSeal& seal);

// sealAudit seals the head of a chain, unless it is sealed. Gives whether it did.
Result<bool> sealAudit(ports::Store& store, ports::KeyCustody& custody, std::string_view instance,
                       base::Time now);

}  // namespace florin::cps
