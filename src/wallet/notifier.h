// Notifier calls one listener of the application: each call is a task of the executor, none comes
// after the last one, and an exception from the application ends in onError once.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "wallet/core.h"
#include "wallet/errors.h"

namespace florin::wallet {

template <class Listener>
class Notifier {
 public:
  Notifier(Core& core, std::shared_ptr<Listener> listener)
      : core_(core), state_(std::make_shared<State>(State{std::move(listener), false})) {}

  // tell queues a call that others may follow.
  void tell(std::function<void(Listener&)> call) { queue(std::move(call), false); }

  // end queues the last call.
  void end(std::function<void(Listener&)> call) { queue(std::move(call), true); }

  void complete() {
    end([](Listener& listener) { listener.onComplete(); });
  }
  void fail(const ProvisioningServiceError& error) {
    end([error](Listener& listener) { listener.onError(error); });
  }

 private:
  struct State {
    std::shared_ptr<Listener> listener;
    bool ended;
  };

  void queue(std::function<void(Listener&)> call, bool last) {
    core_.post([state = state_, call = std::move(call), last] {
      if (state->ended || state->listener == nullptr) return;
      state->ended = last;
      try {
        call(*state->listener);
      } catch (...) {
        reportException(*state, last);
      }
    });
  }

  static void reportException(State& state, bool last) {
    state.ended = true;
    if (last) return;  // it had its last call
    try {
      onException(*state.listener);
    } catch (...) {  // the application has been told what can be told
      return;
    }
  }
  static void onException(Listener& listener) {
    if constexpr (requires { listener.onError(ProvisioningServiceError()); }) {
      listener.onError(localError(ProvisioningServiceErrorCode::SDK_INTERNAL_COMPONENT_ERROR,
                                  "a listener threw"));
    } else if constexpr (requires { listener.onError("", ProvisioningServiceError()); }) {
      listener.onError("", localError(ProvisioningServiceErrorCode::SDK_INTERNAL_COMPONENT_ERROR,
                                      "a listener threw"));
    } else if constexpr (requires { listener.onError(MobileGatewayError()); }) {
      listener.onError(localGatewayError(MGErrorCode::INTERNAL_ERROR, "a listener threw"));
    } else {
      listener.onError("", localGatewayError(MGErrorCode::INTERNAL_ERROR, "a listener threw"));
    }
  }

  Core& core_;
  std::shared_ptr<State> state_;
};

}  // namespace florin::wallet
