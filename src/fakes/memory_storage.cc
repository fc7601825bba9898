#include "fakes/memory_storage.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::fakes {
namespace {

constexpr Error kFault(Code::kUnavailable, "the storage was told to fail");

}  // namespace

Result<std::optional<Bytes>> MemoryStorage::load() { return content(); }

Status MemoryStorage::append(ByteView bytes) {
  const std::lock_guard lock(mutex_);
  const bool fails = failing();
  if (fails) bytes = bytes.first(std::min(keep_, bytes.size()));
  if (!content_) content_.emplace();
  base::append(*content_, bytes);
  if (fails) return kFault;
  return {};
}

Status MemoryStorage::replace(ByteView bytes) {
  const std::lock_guard lock(mutex_);
  if (failing()) return kFault;
  content_ = base::toBytes(bytes);
  return {};
}

Status MemoryStorage::remove() {
  const std::lock_guard lock(mutex_);
  if (failing()) return kFault;
  content_.reset();
  return {};
}

void MemoryStorage::failWrite(std::size_t nth, std::size_t keep) {
  const std::lock_guard lock(mutex_);
  failAt_ = writes_ + nth;
  keep_ = keep;
}

void MemoryStorage::failFrom(std::size_t nth) {
  const std::lock_guard lock(mutex_);
  failFrom_ = nth == 0 ? 0 : writes_ + nth;
  keep_ = 0;
}

void MemoryStorage::loseTail(std::size_t count) {
  const std::lock_guard lock(mutex_);
  if (content_) content_->resize(content_->size() - std::min(count, content_->size()));
}

std::optional<Bytes> MemoryStorage::content() {
  const std::lock_guard lock(mutex_);
  return content_;
}

void MemoryStorage::setContent(std::optional<Bytes> content) {
  const std::lock_guard lock(mutex_);
  content_ = std::move(content);
}

std::size_t MemoryStorage::writes() {
  const std::lock_guard lock(mutex_);
  return writes_;
}

bool MemoryStorage::failing() {
  ++writes_;
  return writes_ == failAt_ || (failFrom_ != 0 && writes_ >= failFrom_);
}

}  // namespace florin::fakes
