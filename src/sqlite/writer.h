// Writer runs the writing units of work on a thread of its own, with group commit (D10): it takes
// what is queued when it becomes free and what comes while it works, runs each unit in a savepoint,
// commits once and then releases all who wait. Nobody waits for others to come: one unit alone is
// committed alone.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "florin/log.h"
#include "sqlite/unit.h"

namespace florin::sqlite {

class Writer {
 public:
  // `connection` is the only one that writes. `log` must outlive the Writer.
  Writer(Connection connection, Log& log);

  // The destructor runs what is queued and refuses what comes.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // run returns when the unit's changes are durable, or nothing of them is there. kUnavailable:
  // limits::kStoreQueue units wait already, or the commit failed.
  Status run(const UnitBody& body);

  // commits counts the commits of at least one unit: each costs one fsync.
  [[nodiscard]] std::uint64_t commits() const { return commits_; }

 private:
  // A Job has its own lock, so that those who are released do not queue up for a common one.
  struct Job {
    const UnitBody& body;
    Status status;
    std::mutex mutex;  // guards `finished`
    bool finished = false;
    std::condition_variable release;
  };
  using Jobs = std::vector<Job*>;

  void loop();
  bool waitForWork();
  bool takeInto(Jobs& jobs);
  void runTogether(Jobs& jobs);
  Status runUnit(const UnitBody& body);
  Status commit();
  static void finish(const Jobs& jobs);

  Connection connection_;
  Log& log_;
  std::atomic<std::uint64_t> commits_ = 0;
  std::mutex mutex_;  // guards the following
  std::condition_variable work_;
  std::deque<Job*> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace florin::sqlite
