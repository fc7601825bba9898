// The SDK on the application's own loop: every callback comes on the thread that runs it.
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "open_wallet.h"

namespace example {

// MainLoop is an Executor over a loop. Tasks come from any thread and run in the order of their
// times; those of the same time in the order of post.
class MainLoop : public florin::Executor {
 public:
  void post(std::function<void()> task) override { postAfter({}, std::move(task)); }
  void postAfter(std::chrono::milliseconds delay, std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(Clock::now() + delay, std::move(task));
    changed_.notify_one();
  }

  // runUntil runs what is due, one task at a time and never under the lock, until `ended` is set by
  // one of them.
  void runUntil(const bool& ended) {
    while (!ended) next()();
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    while (tasks_.empty() || tasks_.begin()->first > Clock::now()) {
      if (tasks_.empty()) {
        changed_.wait(lock);
      } else {
        changed_.wait_until(lock, Clock::time_point(tasks_.begin()->first));
      }
    }
    return std::move(tasks_.extract(tasks_.begin()).mapped());
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Clock::time_point, std::function<void()>> tasks_;
};

class OnLoop : public florin::WalletSecureEnrollmentListener {
 public:
  bool ended = false;  // no lock: one thread
  bool good = false;
  void onComplete() override { good = ended = true; }
  void onError(const florin::ProvisioningServiceError& error) override {
    tell(error);
    ended = true;
  }
};

bool run(const Place& place) {
  const auto storage = must(florin::openFileStorage(place.folder + "/wallet.vault"), "storage");
  const auto vaultKey =
      florin::makeKeyFileProvider(place.folder + "/wallet.key", place.folder + "/wallet.vault");
  florin::NullLog log;
  MainLoop loop;  // outlives what posts to it
  const auto transport =
      must(florin::makeHttpsTransport({place.backend, {}, place.caFile, {}}), "transport");
  const auto wallet = must(florin::Wallet::open({"example", "example-app", "a phone"},
                                                {*storage, *vaultKey, *transport, loop, log, {}}),
                           "wallet");
  const auto listener = std::make_shared<OnLoop>();
  wallet->getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(listener);
  loop.runUntil(listener->ended);
  std::puts(listener->good ? "WSE_COMPLETED on the loop's thread" : "failed");
  return listener->good;
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc == 4) return example::run({argv[1], argv[2], argv[3]}) ? 0 : 1;
  std::fputs("usage: own_executor FOLDER URL CA-FILE\n", stderr);
  return 2;
}
