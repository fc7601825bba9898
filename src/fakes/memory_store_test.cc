#include "fakes/memory_store.h"

#include "fakes/limited_key_conformance.h"
#include "fakes/notice_conformance.h"
#include "fakes/push_conformance.h"
#include "fakes/retention_conformance.h"
#include "fakes/rows_conformance.h"
#include "fakes/token_rows_conformance.h"

namespace florin::fakes {
namespace {

// The rows outlive a crash with the object; there is nothing to reopen.
class MemoryUnderTest : public StoreUnderTest {
 public:
  ports::Store& store() override { return store_; }
  void killAndReopen() override {}

 private:
  MemoryStore store_;
};

std::unique_ptr<StoreUnderTest> makeMemory() { return std::make_unique<MemoryUnderTest>(); }

INSTANTIATE_TEST_SUITE_P(Memory, StoreTest, testing::Values(&makeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, RowsTest, testing::Values(&makeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, PushRowsTest, testing::Values(&makeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, NoticeRowsTest, testing::Values(&makeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, SearchRowsTest, testing::Values(&makeMemory));

TEST(MemoryStoreTest, CommitThatFailsChangesNothing) {
  MemoryStore store;
  store.failCommits(1);
  const auto put = [](ports::Unit& unit) { return unit.settings().put("name", Bytes{1}); };
  EXPECT_EQ(store.write(put).error().code(), Code::kUnavailable);
  const auto find = [](ports::Unit& unit) { return unit.settings().find("name"); };
  EXPECT_FALSE(*store.read(find));
  EXPECT_TRUE(store.write(put).ok());
  EXPECT_TRUE(*store.read(find));
  EXPECT_EQ(store.commits(), 1U);
}

TEST(MemoryStoreTest, UnitThatRunsAgainStartsAfresh) {
  MemoryStore store;
  store.rerunUnits(1);
  int runs = 0;
  const auto before = store.write([&](ports::Unit& unit) -> Result<std::optional<Bytes>> {
    ++runs;
    FLORIN_TRY_ASSIGN(auto found, unit.settings().find("name"));
    FLORIN_TRY(unit.settings().put("name", Bytes{1}));
    return found;
  });
  EXPECT_EQ(runs, 2);
  EXPECT_FALSE(*before);
}

}  // namespace
}  // namespace florin::fakes
