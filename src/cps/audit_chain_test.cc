#include "cps/audit_chain.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/bytes.h"
#include "crypto/p256.h"
#include "fakes/fake_clock.h"
#include "fakes/memory_store.h"
#include "fakes/seeded_random.h"
#include "fakes/test_custody.h"

namespace florin::cps {
namespace {

constexpr std::uint64_t kEnd = std::numeric_limits<std::int64_t>::max();

Bytes textOf(const records::AuditSeal& seal) {
  return proof::auditSealText({seal.position, seal.hash, seal.at, seal.instance});
}

struct AuditChainTest : ::testing::Test {
  Status append(const std::string& instance, const std::string& action) {
    return store.write([&](ports::Unit& unit) {
      return appendAudit(unit, {.tenant = tenant,
                                .at = clock.now(),
                                .actor = "operator",
                                .action = action,
                                .subject = "1",
                                .facts = "f",
                                .instance = instance});
    });
  }
  std::vector<records::AuditEntry> entries() {
    return store.read([&](ports::Unit& unit) { return unit.audit().newest(tenant, kEnd, 100); })
        .value();
  }

  fakes::SeededRandom random{5};
  fakes::FakeClock clock;
  fakes::MemoryStore store;
  std::unique_ptr<ports::KeyCustody> custody = fakes::makeTestCustody();
  base::TenantId tenant = base::TenantId::random(random);
};

TEST_F(AuditChainTest, EntriesOfAnInstanceAreAChain) {
  for (const char* const instance : {"a", "b", "a", "a"}) ASSERT_TRUE(append(instance, "x").ok());
  const auto all = entries();
  EXPECT_EQ(all[0].position, 3U);
  EXPECT_EQ(all[0].hash, proof::auditHash(factsOf(all[0]), all[1].hash));
  EXPECT_EQ(all[1].hash, proof::auditHash(factsOf(all[1]), all[3].hash));
  EXPECT_EQ(all[3].hash, proof::auditHash(factsOf(all[3]), {}));
  EXPECT_EQ(all[2].position, 1U);
  EXPECT_EQ(all[2].hash, proof::auditHash(factsOf(all[2]), {}));
}

TEST_F(AuditChainTest, HeadIsSealedOnceByTheIdentityKey) {
  EXPECT_FALSE(sealAudit(store, *custody, "a", clock.now()).value()) << "an empty log";
  ASSERT_TRUE(append("a", "x").ok());
  ASSERT_TRUE(append("a", "y").ok());
  EXPECT_TRUE(sealAudit(store, *custody, "a", clock.now()).value());
  EXPECT_FALSE(sealAudit(store, *custody, "a", clock.now()).value());
  const auto seals =
      store.read([](ports::Unit& unit) { return unit.audit().seals("a", kEnd, 10); }).value();
  ASSERT_EQ(seals.size(), 1U);
  EXPECT_EQ(seals[0].position, 2U);
  EXPECT_EQ(seals[0].hash, entries()[0].hash);
  const auto key = crypto::P256PublicKey::fromPoint(custody->identityKey().point).value();
  EXPECT_TRUE(key.verify(textOf(seals[0]), seals[0].signature).ok());
  records::AuditSeal other = seals[0];
  other.instance = "b";
  EXPECT_FALSE(key.verify(textOf(other), other.signature).ok());
  ASSERT_TRUE(append("a", "z").ok());
  EXPECT_TRUE(sealAudit(store, *custody, "a", clock.now()).value());
}

}  // namespace
}  // namespace florin::cps
