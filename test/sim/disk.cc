#include "disk.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace florin::sim {
namespace {

constexpr Error kBroken(Code::kUnavailable, "the simulated disk failed");
constexpr Error kOver(Code::kUnavailable, "the simulated process is over");

}  // namespace

Result<std::optional<Bytes>> Disk::load() {
  if (dead_) return kOver;
  if (synced_) base::append(*synced_, std::exchange(unsynced_, {}));
  return synced_;
}

Status Disk::append(ByteView bytes) {
  switch (nextFault()) {
    case DiskFault::kNone: break;
    case DiskFault::kFail: return kBroken;
    case DiskFault::kFailTorn: return cut(bytes);
    case DiskFault::kDieBefore: dead_ = true; break;
    case DiskFault::kDieTorn: dead_ = true; return cut(bytes);
    case DiskFault::kDieAfter:
      dead_ = true;
      base::append(*synced_, base::concat(std::exchange(unsynced_, {}), bytes));
      return kOver;
  }
  if (dead_) return kOver;
  if (!synced_) synced_.emplace();
  base::append(*synced_, std::exchange(unsynced_, {}));
  beforeLast_ = synced_->size();
  base::append(*synced_, bytes);
  return {};
}

Status Disk::replace(ByteView bytes) {
  const DiskFault fault = nextFault();
  if (fault == DiskFault::kFail || fault == DiskFault::kFailTorn) return kBroken;
  dead_ = dead_ || fault != DiskFault::kNone;
  if (fault == DiskFault::kNone ? !dead_ : fault == DiskFault::kDieAfter) {
    setDurable(base::toBytes(bytes));
  }
  if (dead_) return kOver;
  return {};
}

Status Disk::remove() {
  const DiskFault fault = nextFault();
  if (fault == DiskFault::kFail || fault == DiskFault::kFailTorn) return kBroken;
  dead_ = dead_ || fault != DiskFault::kNone;
  if (fault == DiskFault::kNone ? !dead_ : fault == DiskFault::kDieAfter) setDurable({});
  if (dead_) return kOver;
  return {};
}

void Disk::plan(std::size_t nth, DiskFault fault) {
  faultAt_ = writes_ + nth;
  fault_ = fault;
}

void Disk::restart(bool powerCut) {
  dead_ = false;
  faultAt_ = 0;
  if (powerCut) unsynced_.resize(chance_.below(unsynced_.size() + 1));
  if (powerCut && lying_ && synced_ && beforeLast_ > 0) synced_->resize(beforeLast_);
}

void Disk::setDurable(std::optional<Bytes> content) {
  synced_ = std::move(content);
  unsynced_.clear();
  beforeLast_ = 0;
}

DiskFault Disk::nextFault() {
  ++writes_;
  if (dead_ || writes_ != faultAt_) return DiskFault::kNone;
  return fault_;
}

// cut writes a part of an append, from nothing to all of it, and does not sync.
Status Disk::cut(ByteView bytes) {
  if (!synced_) synced_.emplace();
  base::append(unsynced_, bytes.first(chance_.below(bytes.size() + 1)));
  return kBroken;
}

}  // namespace florin::sim
