// FaultStore stands before the backend's store and lets it fail, or ends the backend's process, at
// any unit of work that writes. It can also be told to break the contract of Store on purpose.
#pragma once

#include <functional>
#include <string_view>

#include "ports/store.h"

namespace florin::sim {

enum class StoreFault : std::uint8_t {
  kNone,
  kFail,       // the commit fails, nothing is changed
  kRerun,      // the unit is taken back and runs again
  kDieBefore,  // the process ends before the commit
  kDieAfter,   // the process ends after the commit, before it learns so
};
inline constexpr std::size_t kStoreFaults = 5;

class FaultStore : public ports::Store {
 public:
  explicit FaultStore(ports::Store& durable) : durable_(&durable) {}

  // plan lets the nth writing unit from now (1: the next) have this fault.
  void plan(std::size_t nth, StoreFault fault) {
    faultAt_ = writes_ + nth;
    fault_ = fault;
  }

  // dead: a fault ended the process. Every unit fails until restart.
  [[nodiscard]] bool dead() const { return dead_; }

  // restart begins the next process, on the same rows.
  void restart(ports::Store& durable) {
    durable_ = &durable;
    dead_ = false;
    faultAt_ = 0;
  }

  [[nodiscard]] std::size_t writes() const { return writes_; }

  // Broken contracts. `lying`: writes say they were committed and were not. `tamper` runs after
  // each commit.
  void setLying(bool lying) { lying_ = lying; }
  void setTamper(std::function<void(ports::Store&)> tamper) { tamper_ = std::move(tamper); }

 protected:
  Status runWrite(const Body& body) override;
  Status runRead(const Body& body) override;

 private:
  StoreFault nextFault();
  Status tryOnly(const Body& body, Error error);

  ports::Store* durable_;
  std::size_t writes_ = 0;
  std::size_t faultAt_ = 0;  // number of the unit; 0: none
  StoreFault fault_ = StoreFault::kNone;
  bool dead_ = false;
  bool lying_ = false;
  std::function<void(ports::Store&)> tamper_;
};

}  // namespace florin::sim
