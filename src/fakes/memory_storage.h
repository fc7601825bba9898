// MemoryStorage is a Storage in memory with faults on demand. What an append or replace has put
// here counts as durable: a test crashes the SDK by dropping it and keeping this. Thread-safe.
#pragma once

#include <mutex>

#include "florin/storage.h"

namespace florin::fakes {

class MemoryStorage : public Storage {
 public:
  Result<std::optional<Bytes>> load() override;
  Status append(ByteView bytes) override;
  Status replace(ByteView bytes) override;
  Status remove() override;

  // failWrite lets the nth write from now (1: the next) fail with kUnavailable, once. An append
  // leaves its first `keep` bytes, a replace or remove changes nothing.
  void failWrite(std::size_t nth, std::size_t keep = 0);

  // failFrom lets every write from the nth on (1: the next) fail with kUnavailable and change
  // nothing, until it is called with 0: a disk that is full or read-only.
  void failFrom(std::size_t nth);

  // loseTail cuts the last `count` bytes, all of them when there are fewer.
  void loseTail(std::size_t count);

  // content and setContent copy the whole: a backup and its restore, a flipped bit.
  std::optional<Bytes> content();
  void setContent(std::optional<Bytes> content);

  // writes counts the appends, replaces and removes that were asked for.
  std::size_t writes();

 private:
  // failing counts the write and tells whether it is the one to fail. Called under the lock.
  bool failing();

  std::mutex mutex_;
  std::optional<Bytes> content_;
  std::size_t writes_ = 0;
  std::size_t failAt_ = 0;    // number of the write that fails; 0: none
  std::size_t failFrom_ = 0;  // number of the first write of those that fail; 0: none
  std::size_t keep_ = 0;
};

}  // namespace florin::fakes
