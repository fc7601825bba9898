// The conformance suite of ports::Store: what holds of every store. A store's test gives a
// StoreUnderTest and instantiates both StoreTest and, from the other header, RowsTest:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreTest, testing::Values(&makeMemory));
//
// Included by tests only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "fakes/fake_clock.h"
#include "fakes/seeded_random.h"
#include "ports/store.h"

namespace florin::fakes {

class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual ports::Store& store() = 0;
  // killAndReopen drops the store without closing it and opens what is durable.
  virtual void killAndReopen() = 0;
};

using MakeStore = std::unique_ptr<StoreUnderTest> (*)();

class StoreFixture : public testing::TestWithParam<MakeStore> {
 protected:
  ports::Store& store() { return subject_->store(); }
  void killAndReopen() { subject_->killAndReopen(); }

  // write and read run a unit that returns a Status or a value, and give its result.
  template <class Work>
  auto write(Work work) {
    return store().write(work);
  }
  template <class Work>
  auto read(Work work) {
    return store().read(work);
  }

  // value runs a reading unit that must succeed.
  template <class Work>
  auto value(Work work) {
    auto result = store().read(work);
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }

  template <class Id>
  Id id() {
    return Id::random(random_);
  }
  Bytes bytes(std::size_t count) { return random_.bytes(count); }

  Status put(std::string_view name, std::string_view text) {
    return write([&](ports::Unit& unit) { return unit.settings().put(name, base::asBytes(text)); });
  }
  std::string setting(std::string_view name) {
    const auto found = value([&](ports::Unit& unit) { return unit.settings().find(name); });
    return found ? std::string(base::asText(*found)) : "(none)";
  }

  SeededRandom random_;
  const base::Time now_ = FakeClock::kStart;

 private:
  std::unique_ptr<StoreUnderTest> subject_ = GetParam()();
};

class StoreTest : public StoreFixture {};

TEST_P(StoreTest, CommittedValueIsReadBack) {
  ASSERT_TRUE(put("name", "value").ok());
  EXPECT_EQ(setting("name"), "value");
  ASSERT_TRUE(put("name", "other").ok());
  EXPECT_EQ(setting("name"), "other");
  EXPECT_EQ(setting("missing"), "(none)");
}

TEST_P(StoreTest, EmptyValueIsNotAbsence) {
  ASSERT_TRUE(put("empty", "").ok());
  EXPECT_EQ(setting("empty"), "");
}

TEST_P(StoreTest, ErrorRollsEverythingOfTheUnitBack) {
  ASSERT_TRUE(put("kept", "before").ok());
  const Status status = write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.settings().put("kept", base::asBytes("after")));
    FLORIN_TRY(unit.settings().put("new", base::asBytes("after")));
    return Error(Code::kRefused, "by the test", 17);
  });
  EXPECT_EQ(status.error().code(), Code::kRefused);
  EXPECT_EQ(status.error().detail(), 17);
  EXPECT_EQ(setting("kept"), "before");
  EXPECT_EQ(setting("new"), "(none)");
}

TEST_P(StoreTest, UnitSeesItsOwnChanges) {
  const auto seen = write([&](ports::Unit& unit) -> Result<std::optional<Bytes>> {
    FLORIN_TRY(unit.settings().put("name", base::asBytes("mine")));
    return unit.settings().find("name");
  });
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(base::asText(**seen), "mine");
}

TEST_P(StoreTest, UnitMayGoOnAfterAConflict) {
  records::Wallet wallet;
  const Status status = write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.wallets().insert(wallet));
    if (unit.wallets().insert(wallet).ok()) return Error(Code::kInternal, "no conflict");
    return unit.settings().put("after", base::asBytes("the conflict"));
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(setting("after"), "the conflict");
}

TEST_P(StoreTest, ReadingUnitCannotWrite) {
  const Status status =
      read([](ports::Unit& unit) { return unit.settings().put("name", base::asBytes("value")); });
  EXPECT_EQ(status.error().code(), Code::kWrongState);
  EXPECT_EQ(setting("name"), "(none)");
}

TEST_P(StoreTest, CommittedUnitSurvivesAKill) {
  ASSERT_TRUE(put("name", "value").ok());
  killAndReopen();
  EXPECT_EQ(setting("name"), "value");
  ASSERT_TRUE(put("name", "after").ok());
  killAndReopen();
  EXPECT_EQ(setting("name"), "after");
}

TEST_P(StoreTest, ConcurrentWritersLoseNothing) {
  constexpr int kWriters = 8;
  constexpr int kRounds = 25;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < kRounds; ++round) {
        const bool refuse = (i + round) % 5 == 0;
        const Status status = write([&](ports::Unit& unit) -> Status {
          FLORIN_TRY_ASSIGN(const auto before, unit.settings().find("counter"));
          const std::uint64_t count = before ? base::readBigEndian(*before) : 0;
          FLORIN_TRY(unit.settings().put("counter", base::bigEndian(count + 1)));
          if (refuse) return Error(Code::kRefused, "by the test");
          return {};
        });
        if (status.ok() == refuse) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const auto counter = value([](ports::Unit& unit) { return unit.settings().find("counter"); });
  EXPECT_EQ(base::readBigEndian(*counter), kWriters * kRounds * 4 / 5);
}

TEST_P(StoreTest, ReaderNeverSeesHalfAUnit) {
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!stop) {
      const auto pair = read([](ports::Unit& unit) -> Result<bool> {
        FLORIN_TRY_ASSIGN(const auto left, unit.settings().find("left"));
        FLORIN_TRY_ASSIGN(const auto right, unit.settings().find("right"));
        return left == right;
      });
      if (!pair.ok() || !*pair) ++torn;
    }
  });
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_TRUE(write([&](ports::Unit& unit) -> Status {
                  FLORIN_TRY(unit.settings().put("left", base::bigEndian(i)));
                  return unit.settings().put("right", base::bigEndian(i));
                }).ok());
  }
  stop = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace florin::fakes
