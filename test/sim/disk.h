// Disk is a device's Storage with what a disk has: bytes that are synced, bytes that are written
// but not synced yet, and faults. What was synced survives everything; what was not may be lost,
// whole or in part, when the power is cut.
#pragma once

#include <optional>

#include "chance.h"
#include "florin/storage.h"

namespace florin::sim {

enum class DiskFault : std::uint8_t {
  kNone,
  kFail,       // an error, nothing is written
  kFailTorn,   // an error, a part of an append is written and not synced
  kDieBefore,  // the process ends before the write
  kDieTorn,    // the process ends in the write: a part of an append, or the old content
  kDieAfter,   // the process ends when all is durable, before it learns so
};
inline constexpr std::size_t kDiskFaults = 6;

class Disk : public Storage {
 public:
  explicit Disk(std::uint64_t seed) : chance_(seed) {}

  // load gives what the process would read; reading makes it durable, as opening a file and syncing
  // it does.
  Result<std::optional<Bytes>> load() override;
  Status append(ByteView bytes) override;
  Status replace(ByteView bytes) override;
  Status remove() override;

  // plan lets the nth write from now (1: the next) have this fault.
  void plan(std::size_t nth, DiskFault fault);

  // dead: a fault ended the process. Every call fails until restart.
  [[nodiscard]] bool dead() const { return dead_; }

  // restart begins the next process. `powerCut`: what was not synced is cut at any length.
  void restart(bool powerCut);

  // setLying: the last append is not synced, though it says so, and a power cut takes it back. It
  // breaks the contract of Storage on purpose.
  void setLying(bool lying) { lying_ = lying; }

  // durable is what a process finds after a power cut that takes all that may be taken.
  [[nodiscard]] const std::optional<Bytes>& durable() const { return synced_; }
  void setDurable(std::optional<Bytes> content);

  [[nodiscard]] std::size_t writes() const { return writes_; }

 private:
  DiskFault nextFault();
  Status cut(ByteView bytes);

  Chance chance_;
  std::optional<Bytes> synced_;
  Bytes unsynced_;  // behind it
  std::size_t writes_ = 0;
  std::size_t faultAt_ = 0;  // number of the write; 0: none
  DiskFault fault_ = DiskFault::kNone;
  bool dead_ = false;
  bool lying_ = false;
  std::size_t beforeLast_ = 0;  // size before the last append
};

}  // namespace florin::sim
