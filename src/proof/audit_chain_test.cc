#include "proof/audit_chain.h"

#include <gtest/gtest.h>

#include <vector>

#include "fakes/seeded_random.h"

namespace florin::proof {
namespace {

TEST(AuditChainTest, HashIsOverEveryField) {
  fakes::SeededRandom random(3);
  const auto tenant = base::TenantId::random(random);
  const base::Time at = base::fromMs(1'767'225'600'000);
  const AuditFacts entry{2, tenant, at, "a", "b", "c", "d", "e"};
  const Bytes before(32, 7);
  const Bytes hash = auditHash(entry, before);
  EXPECT_EQ(hash.size(), 32U);
  std::vector<AuditFacts> changed(8, entry);
  changed[0].position = 3;
  changed[1].tenant = base::TenantId::random(random);
  changed[2].at += base::Duration(1);
  changed[3].instance = "x";
  changed[4].actor = "x";
  changed[5].action = "x";
  changed[6].subject = "x";
  changed[7].facts = "x";
  for (const AuditFacts& other : changed) EXPECT_NE(auditHash(other, before), hash);
  EXPECT_NE(auditHash(entry, Bytes(32, 8)), hash);
  EXPECT_EQ(auditHash(entry, {}), auditHash(entry, Bytes(32)));
  AuditFacts moved = entry;
  moved.actor = "bc";
  moved.action = "";
  EXPECT_NE(auditHash(moved, before), hash) << "a text that goes over into the next";
}

TEST(AuditChainTest, SealIsOverTheWholeEnd) {
  const Bytes hash(32, 1);
  const Bytes other(32, 2);
  const base::Time at = base::fromMs(5);
  const Bytes text = auditSealText({3, hash, at, "a"});
  EXPECT_NE(auditSealText({4, hash, at, "a"}), text);
  EXPECT_NE(auditSealText({3, other, at, "a"}), text);
  EXPECT_NE(auditSealText({3, hash, base::fromMs(6), "a"}), text);
  EXPECT_NE(auditSealText({3, hash, at, "b"}), text);
}

}  // namespace
}  // namespace florin::proof
