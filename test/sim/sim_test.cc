#include <gtest/gtest.h>

#include "run.h"

namespace florin::sim {
namespace {

std::uint64_t hashOf(const Material& material, std::uint64_t seed, StoreKind store) {
  sim::Run run(material, {.seed = seed,
                          .store = store,
                          .suite = messages::Suite::kS1,
                          .broken = {},
                          .trace = nullptr});
  return run.simulate().traceHash;
}

TEST(SimulationTest, ASeedLivesTheSameLifeTwice) {
  const Material material = Material::make();
  const Material other = Material::make();
  for (const StoreKind store : {StoreKind::kMemory, StoreKind::kSqlite}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      EXPECT_EQ(hashOf(material, seed, store), hashOf(other, seed, store)) << "seed " << seed;
    }
  }
}

TEST(SimulationTest, BothStoresLiveTheSameLife) {
  const Material material = Material::make();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(hashOf(material, seed, StoreKind::kMemory),
              hashOf(material, seed, StoreKind::kSqlite))
        << "seed " << seed;
  }
}

TEST(SimulationTest, AnotherSeedLivesAnotherLife) {
  const Material material = Material::make();
  EXPECT_NE(hashOf(material, 1, StoreKind::kMemory), hashOf(material, 2, StoreKind::kMemory));
}

}  // namespace
}  // namespace florin::sim
