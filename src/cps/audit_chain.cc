#include "cps/audit_chain.h"

#include <limits>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace florin::cps {
namespace {

constexpr std::size_t kHash = 32;

Bytes bigEndianMs(base::Time time) {
  return base::bigEndian(static_cast<std::uint64_t>(base::toMs(time)));
}

void addText(crypto::Sha256& hash, std::string_view text) {
  hash.update(base::bigEndian(static_cast<std::uint32_t>(text.size())));
  hash.update(base::asBytes(text));
}

}  // namespace

Bytes auditHash(const records::AuditEntry& entry, ByteView before) {
  static const Bytes kNothing(kHash);
  crypto::Sha256 hash;
  hash.update(base::asBytes("florin audit/1"))
      .update(before.empty() ? ByteView(kNothing) : before)
      .update(base::bigEndian(entry.position))
      .update(entry.tenant.view())
      .update(bigEndianMs(entry.at));
  for (const std::string* const text :
       {&entry.instance, &entry.actor, &entry.action, &entry.subject, &entry.facts}) {
    addText(hash, *text);
  }
  return base::toBytes(hash.finish());
}

Status appendAudit(ports::Unit& unit, records::AuditEntry entry) {
  FLORIN_TRY_ASSIGN(const auto before, unit.audit().head(entry.instance));
  entry.position = before ? before->position + 1 : 1;
  entry.hash = auditHash(entry, before ? ByteView(before->hash) : ByteView());
  return unit.audit().append(entry);
}

Bytes auditSealText(const records::AuditSeal& seal) {
  return base::concat(base::asBytes("florin audit seal/1"), base::bigEndian(seal.position),
                      seal.hash, bigEndianMs(seal.at),
                      base::bigEndian(static_cast<std::uint32_t>(seal.instance.size())),
                      base::asBytes(seal.instance));
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
  FLORIN_TRY_ASSIGN(seal.signature, custody.sign(auditSealText(seal)));
  FLORIN_TRY(store.write([&](ports::Unit& unit) { return unit.audit().addSeal(seal); }));
  return true;
}

}  // namespace florin::cps
