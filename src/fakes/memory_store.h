// MemoryStore is the in-memory twin of a Store: the same rules, one unit of work at a time, faults
// on demand. Its rows live as long as it does: a test crashes the backend by dropping the rest.
// Thread-safe; a unit must not start another one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "ports/store.h"

namespace florin::fakes {

struct MemoryTables;

class MemoryStore : public ports::Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  // failCommits lets the next `count` writing units that succeed be rolled back: kUnavailable.
  void failCommits(unsigned count);

  // rerunUnits runs each of the next `count` writing units, takes it back, and runs it again, as a
  // store may that lost its savepoint.
  void rerunUnits(unsigned count);

  // content and setContent copy all rows: a backup and its restore.
  std::shared_ptr<const MemoryTables> content();
  void setContent(const std::shared_ptr<const MemoryTables>& content);

  // commits counts the writing units that were committed.
  std::uint64_t commits();

 protected:
  Status runWrite(const Body& body) override;
  Status runRead(const Body& body) override;

 private:
  std::mutex mutex_;
  std::unique_ptr<MemoryTables> tables_;
  unsigned failing_ = 0;
  unsigned rerunning_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace florin::fakes
