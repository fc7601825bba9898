#include "proof/audit_chain.h"

#include "base/bytes.h"
#include "crypto/hash.h"

namespace florin::proof {
namespace {

constexpr std::size_t kHash = 32;

Bytes bigEndianMs(base::Time time) {
  return base::bigEndian(static_cast<std::uint64_t>(base::toMs(time)));
}

Bytes sized(std::string_view text) {
  return base::concat(base::bigEndian(static_cast<std::uint32_t>(text.size())),
                      base::asBytes(text));
}

}  // namespace

Bytes auditHash(const AuditFacts& entry, ByteView before) {
  static const Bytes kNothing(kHash);
  crypto::Sha256 hash;
  hash.update(base::asBytes("florin audit/1"))
      .update(before.empty() ? ByteView(kNothing) : before)
      .update(base::bigEndian(entry.position))
      .update(entry.tenant.view())
      .update(bigEndianMs(entry.at));
  for (const std::string_view text :
       {entry.instance, entry.actor, entry.action, entry.subject, entry.facts}) {
    hash.update(sized(text));
  }
  return base::toBytes(hash.finish());
}

Bytes auditSealText(const AuditEnd& end) {
  return base::concat(base::asBytes("florin audit seal/1"), base::bigEndian(end.position), end.hash,
                      bigEndianMs(end.at), sized(end.instance));
}

}  // namespace florin::proof
