#include <gtest/gtest.h>

#include "fleet.h"
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

TEST(SimulationTest, AFleetLivesTheSameWeekTwice) {
  const auto live = [](const Material& material, StoreKind store) {
    Fleet fleet(
        material,
        {.seed = 3, .store = store, .suite = messages::Suite::kS1, .broken = {}, .trace = nullptr},
        {.devices = 5, .days = 7});
    return fleet.live();
  };
  const Outcome first = live(Material::make(), StoreKind::kMemory);
  EXPECT_FALSE(first.breach);
  EXPECT_GT(first.operations, 0U);
  EXPECT_GT(first.keysUsed, 0U);
  EXPECT_EQ(first.traceHash, live(Material::make(), StoreKind::kMemory).traceHash);
  EXPECT_EQ(first.traceHash, live(Material::make(), StoreKind::kSqlite).traceHash);
}

TEST(SimulationTest, AFleetGetsWhereItShouldWithoutAnyPush) {
  const Material material = Material::make();
  Fleet fleet(material,
              {.seed = 5,
               .store = StoreKind::kMemory,
               .suite = messages::Suite::kS1,
               .broken = {},
               .trace = nullptr},
              {.devices = 5, .days = 7});
  fleet.loseEveryPush();
  EXPECT_FALSE(fleet.live().breach);
}

TEST(SimulationTest, AnotherSeedLivesAnotherLife) {
  const Material material = Material::make();
  EXPECT_NE(hashOf(material, 1, StoreKind::kMemory), hashOf(material, 2, StoreKind::kMemory));
}

}  // namespace
}  // namespace florin::sim
