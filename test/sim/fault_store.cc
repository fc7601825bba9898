#include "fault_store.h"

namespace florin::sim {
namespace {

constexpr Error kFailed(Code::kUnavailable, "the simulated store failed");
constexpr Error kOver(Code::kUnavailable, "the simulated backend is over");
constexpr Error kTakenBack(Code::kInternal, "the unit is taken back");

}  // namespace

// tryOnly runs the unit and takes it back; an error of the unit's own comes first.
Status FaultStore::tryOnly(const Body& body, Error error) {
  return durable_->write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(body(unit));
    return error;
  });
}

Status FaultStore::runWrite(const Body& body) {
  if (dead_) return kOver;
  switch (nextFault()) {
    case StoreFault::kNone: break;
    case StoreFault::kFail: return tryOnly(body, kFailed);
    case StoreFault::kRerun: static_cast<void>(tryOnly(body, kTakenBack)); break;
    case StoreFault::kDieBefore: dead_ = true; return tryOnly(body, kOver);
    case StoreFault::kDieAfter:
      dead_ = true;
      static_cast<void>(durable_->write(body));
      return kOver;
  }
  if (lying_) {
    const Status tried = tryOnly(body, kTakenBack);
    if (tried.error().code() == kTakenBack.code()) return {};
    return tried;
  }
  const Status written = durable_->write(body);
  if (written.ok() && tamper_) tamper_(*durable_);
  return written;
}

Status FaultStore::runRead(const Body& body) {
  if (dead_) return kOver;
  return durable_->read(body);
}

StoreFault FaultStore::nextFault() {
  ++writes_;
  return writes_ == faultAt_ ? fault_ : StoreFault::kNone;
}

}  // namespace florin::sim
