#include "sqlite/writer.h"

#include <algorithm>

#include "base/limits.h"
#include "ports/blocking.h"
#include "sqlite/changed.h"

namespace florin::sqlite {

Writer::Writer(Connection connection, Log& log)
    : connection_(std::move(connection)), log_(log), thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Status Writer::run(const UnitBody& body) {
  Job job{body, {}, {}, false, {}};
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(Code::kUnavailable, "the store is closing");
    if (queue_.size() >= base::limits::kStoreQueue) {
      return Error(Code::kUnavailable, "too many units of work wait for the store");
    }
    queue_.push_back(&job);
  }
  work_.notify_one();
  const ports::Blocking blocking;
  std::unique_lock lock(job.mutex);
  job.release.wait(lock, [&] { return job.finished; });
  return job.status;
}

void Writer::loop() {
  while (true) {
    if (!waitForWork()) return;
    Jobs jobs;
    runTogether(jobs);
    finish(jobs);
  }
}

// waitForWork is false only when the Writer stops.
bool Writer::waitForWork() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  return !queue_.empty();
}

// takeInto is false when nothing is queued, or no more fits into this commit.
bool Writer::takeInto(Jobs& jobs) {
  const std::lock_guard lock(mutex_);
  const std::size_t count = std::min(queue_.size(), base::limits::kUnitsPerCommit - jobs.size());
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  jobs.insert(jobs.end(), queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  return count > 0;
}

void Writer::runTogether(Jobs& jobs) {
  Status outcome = done(connection_.execute("BEGIN IMMEDIATE"));
  bool changed = false;
  std::size_t next = 0;
  while (takeInto(jobs)) {
    for (; next < jobs.size(); ++next) {
      // Out of the transaction: SQLite rolled all of it back, as it does when the disk is full.
      if (!outcome.ok() || !connection_.inTransaction()) break;
      jobs[next]->status = runUnit(jobs[next]->body);
      changed = changed || jobs[next]->status.ok();
    }
    // On a busy machine those who are about to write come now; on an idle one this is nothing.
    std::this_thread::yield();
  }
  if (outcome.ok()) outcome = commit();
  if (outcome.ok()) {
    if (changed) ++commits_;
    return;
  }
  log_.error("store.commit_failed", {{"error", outcome.error()}, {"units", jobs.size()}});
  for (Job* const job : jobs) {
    if (job->status.ok()) job->status = Error(Code::kUnavailable, "the commit failed");
  }
}

Status Writer::runUnit(const UnitBody& body) {
  FLORIN_TRY(connection_.execute("SAVEPOINT unit"));
  const Status status = runBody(connection_, body);
  if (!connection_.inTransaction()) return status;
  const bool back = status.ok() || connection_.execute("ROLLBACK TO unit").ok();
  if (!back || !connection_.execute("RELEASE unit").ok()) {
    // Half of a unit must never be committed: nobody's is.
    static_cast<void>(connection_.execute("ROLLBACK"));
  }
  return status;
}

// commit makes the transaction durable or takes all of it back.
Status Writer::commit() {
  if (!connection_.inTransaction()) return Error(Code::kUnavailable, "the transaction was lost");
  const Status status = done(connection_.execute("COMMIT"));
  if (!status.ok() && connection_.inTransaction()) {
    static_cast<void>(connection_.execute("ROLLBACK"));
  }
  return status;
}

void Writer::finish(const Jobs& jobs) {
  for (Job* const job : jobs) {
    // Notified under the lock: whoever waits frees the job as soon as it sees `finished`.
    const std::lock_guard lock(job->mutex);
    job->finished = true;
    job->release.notify_one();
  }
}

}  // namespace florin::sqlite
