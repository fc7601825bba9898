// The audit log of one florind is a chain: each entry's hash covers the one before, so that none
// can be changed, left out or put in unseen. What was cut off at the end is seen by the seals,
// which the identity key signs at intervals (docs/operations.md). Backend and operator both compute
// it.
//
//   hash = SHA-256("florin audit/1" | hash before (32, of the first entry zeros) | position (8)
//                  tenant (16) time (8, ms) | instance | actor | action | subject | facts)
//   seal = signature of "florin audit seal/1" | position (8) hash (32) time (8, ms) | instance
//
// Numbers are big-endian; texts stand behind their length in 4 bytes.
#pragma once

#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"

namespace florin::proof {

struct AuditFacts {
  std::uint64_t position = 0;  // in the chain, from 1
  base::TenantId tenant;
  base::Time at;
  std::string_view instance;
  std::string_view actor;
  std::string_view action;
  std::string_view subject;
  std::string_view facts;
};

// auditHash gives 32 bytes. `before` is the hash of the entry before, empty for the first.
Bytes auditHash(const AuditFacts& entry, ByteView before);

// auditSealText is what a seal of the chain's end signs.
struct AuditEnd {
  std::uint64_t position = 0;
  ByteView hash;
  base::Time at;
  std::string_view instance;
};
Bytes auditSealText(const AuditEnd& end);

}  // namespace florin::proof
