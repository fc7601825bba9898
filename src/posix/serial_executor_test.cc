#include "posix/serial_executor.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

namespace florin::posix {
namespace {

using std::chrono_literals::operator""ms;

TEST(SerialExecutorTest, TasksRunInTheOrderOfPost) {
  std::vector<int> ran;
  std::promise<void> done;
  SerialExecutor executor;
  for (int i = 0; i < 100; ++i) executor.post([&ran, i] { ran.push_back(i); });
  executor.post([&] { done.set_value(); });
  done.get_future().wait();
  ASSERT_EQ(ran.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
}

TEST(SerialExecutorTest, TasksOfManyThreadsNeverOverlap) {
  std::promise<int> result;
  SerialExecutor executor;
  int sum = 0;  // not atomic: the thread sanitizer would tell
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) executor.post([&] { ++sum; });
    });
  }
  for (auto& thread : threads) thread.join();
  executor.post([&] { result.set_value(sum); });
  EXPECT_EQ(result.get_future().get(), 1000);
}

TEST(SerialExecutorTest, PostNeverRunsTheTaskBeforeItReturns) {
  std::promise<bool> inner;
  SerialExecutor executor;
  executor.post([&] {
    const auto ran = std::make_shared<bool>(false);
    executor.post([&inner, ran] {
      *ran = true;
      inner.set_value(true);
    });
    EXPECT_FALSE(*ran);
  });
  EXPECT_TRUE(inner.get_future().get());
}

TEST(SerialExecutorTest, DelayedTaskIsNeverEarlyAndEarlierOnesGoFirst) {
  std::vector<int> ran;
  std::promise<std::chrono::steady_clock::time_point> last;
  SerialExecutor executor;
  const auto start = std::chrono::steady_clock::now();
  executor.postAfter(40ms, [&] {
    ran.push_back(3);
    last.set_value(std::chrono::steady_clock::now());
  });
  executor.postAfter(20ms, [&] { ran.push_back(1); });
  executor.postAfter(20ms, [&] { ran.push_back(2); });
  EXPECT_GE(last.get_future().get() - start, 40ms);
  EXPECT_EQ(ran, (std::vector<int>{1, 2, 3}));
}

TEST(SerialExecutorTest, StopDestroysWaitingTasksUnrunAndDropsLaterOnes) {
  std::promise<void> running;
  std::promise<void> release;
  bool ran = false;
  const auto witness = std::make_shared<int>();
  SerialExecutor executor;
  executor.post([&, witness] {
    running.set_value();
    release.get_future().wait();
    // On the executor's own thread stop only marks the end, so that what waits is never run.
    executor.stop();
  });
  running.get_future().wait();
  executor.post([&ran, witness] { ran = true; });
  executor.postAfter(60'000ms, [&ran, witness] { ran = true; });
  release.set_value();
  executor.stop();
  executor.post([&ran, witness] { ran = true; });
  EXPECT_FALSE(ran);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(SerialExecutorTest, MayBeDestroyedByItsOwnTask) {
  auto executor = std::make_unique<SerialExecutor>();
  SerialExecutor& borrowed = *executor;
  std::promise<void> destroyed;
  borrowed.post(
      [&destroyed, owned = std::make_shared<std::unique_ptr<SerialExecutor>>(std::move(executor))] {
        owned->reset();
        destroyed.set_value();
      });
  destroyed.get_future().wait();
}

}  // namespace
}  // namespace florin::posix
