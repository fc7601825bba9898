// Progress is what the SDK is doing with the backend at this moment, for whoever asks (wallet-api
// 7). It holds no secret. Thread-safe; it takes no other lock.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/time.h"
#include "florin/provisioning.h"

namespace florin::wallet {

class Progress {
 public:
  // get shows the newest of what is being done.
  [[nodiscard]] ProvisioningProgress get(base::Time now) const;

  // A session with the backend: how many of the operations that came are applied.
  void sessionBegan();
  void operationsCame(std::size_t count);
  void operationApplied();

  // ended: how the last conversation did.
  void ended(ProvisioningServiceErrorCode code);

 private:
  friend class Doing;
  struct Work {
    ProvisioningPhase phase = ProvisioningPhase::IDLE;
    bool sent = false;
    std::optional<base::Time> retryAt;
  };
  std::uint64_t begin(ProvisioningPhase phase);
  void change(std::uint64_t number, bool sent, std::optional<base::Time> retryAt);
  void end(std::uint64_t number);

  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Work> works_;
  std::uint32_t applied_ = 0;
  std::uint32_t expected_ = 0;
  ProvisioningServiceErrorCode lastError_ = ProvisioningServiceErrorCode::COMMON_SUCCESS;
};

// Doing is one thing that is being done, for as long as it lives. It may outlive the wallet.
class Doing {
 public:
  Doing(std::shared_ptr<Progress> progress, ProvisioningPhase phase)
      : progress_(std::move(progress)), number_(progress_->begin(phase)) {}
  Doing(const Doing&) = delete;
  Doing& operator=(const Doing&) = delete;
  ~Doing() { progress_->end(number_); }

  // sent: an answer is awaited. waits: nothing is done before `until`.
  void sent() { progress_->change(number_, true, std::nullopt); }
  void waits(base::Time until) { progress_->change(number_, false, until); }

 private:
  std::shared_ptr<Progress> progress_;
  std::uint64_t number_;
};

}  // namespace florin::wallet
