// Blocking says that this thread waits for something else than the processor for as long as it
// lives: the store's commit, an issuer's answer. Who runs the thread may let another one work
// meanwhile. An adapter makes one wherever it blocks.
#pragma once

#include <utility>

namespace florin::ports {

class Blocking {
 public:
  // Host runs threads. Both are called on the thread that blocks, in this order.
  class Host {
   public:
    virtual void blocks() = 0;
    virtual void goesOn() = 0;

   protected:
    ~Host() = default;
  };

  // setHost is said by a thread of the host's, once, before anything else runs on it.
  static void setHost(Host& host) { hostOfThread = &host; }

  // Inside of another one it says nothing new.
  Blocking() : host_(std::exchange(hostOfThread, nullptr)) {
    if (host_ != nullptr) host_->blocks();
  }
  ~Blocking() {
    if (host_ == nullptr) return;
    host_->goesOn();
    hostOfThread = host_;
  }
  Blocking(const Blocking&) = delete;
  Blocking& operator=(const Blocking&) = delete;

 private:
  inline static thread_local Host* hostOfThread = nullptr;
  Host* host_;
};

}  // namespace florin::ports
