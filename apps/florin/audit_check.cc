#include "audit_check.h"

#include "proof/audit_chain.h"

namespace florin::apps {
namespace {

std::string nameOf(const records::AuditEntry& entry) {
  std::string text = "entry " + std::to_string(entry.number);
  text.append(" (").append(entry.action).append(" ").append(entry.subject).append(")");
  return text;
}

Bytes hashOf(const records::AuditEntry& entry, ByteView before) {
  return proof::auditHash({entry.position, entry.tenant, entry.at, entry.instance, entry.actor,
                           entry.action, entry.subject, entry.facts},
                          before);
}

}  // namespace

Status AuditCheck::addSeal(const crypto::P256PublicKey& identity, const records::AuditSeal& seal) {
  FLORIN_TRY(identity.verify(
      proof::auditSealText({seal.position, seal.hash, seal.at, seal.instance}), seal.signature));
  Chain& chain = chains_[seal.instance];
  chain.sealedTo = std::max(chain.sealedTo, seal.position);
  chain.seals.emplace(seal.position, seal);
  ++seals_;
  return {};
}

void AuditCheck::add(const records::AuditEntry& entry) {
  ++entries_;
  if (entry.position == 0) {
    ++unchained_;
    return;
  }
  Chain& chain = chains_[entry.instance];
  if (entry.position > chain.sealedTo) ++unsealed_;
  if (chain.later) {
    if (chain.later->position != entry.position + 1) {
      found(chain.later->number, "what stood before " + nameOf(*chain.later) + " is missing");
    } else if (hashOf(*chain.later, entry.hash) != chain.later->hash) {
      found(chain.later->number, nameOf(*chain.later) + " is not what was written");
    }
  }
  if (const auto seal = chain.seals.find(entry.position); seal != chain.seals.end()) {
    if (seal->second.hash != entry.hash)
      found(entry.number, nameOf(entry) + " is not what was sealed");
    chain.seals.erase(seal);
  }
  chain.later = entry;
}

std::optional<AuditFault> AuditCheck::finish() {
  for (auto& [instance, chain] : chains_) {
    if (chain.later) {
      if (chain.later->position != 1) {
        found(chain.later->number, "what stood before " + nameOf(*chain.later) + " is missing");
      } else if (hashOf(*chain.later, {}) != chain.later->hash) {
        found(chain.later->number, nameOf(*chain.later) + " is not what was written");
      }
    }
    if (chain.seals.empty() || fault_) continue;
    fault_ = AuditFault{0, "chain " + instance + " was sealed up to its entry " +
                               std::to_string(chain.seals.rbegin()->first) +
                               ", which is not there: its end was cut off"};
  }
  return fault_;
}

// The entry after a changed hash does not fit either: the lowest number is the one that was
// changed.
void AuditCheck::found(std::uint64_t number, std::string text) {
  if (!fault_ || number < fault_->number) fault_ = AuditFault{number, std::move(text)};
}

}  // namespace florin::apps
