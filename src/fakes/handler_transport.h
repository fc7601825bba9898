// HandlerTransport is a Transport that calls the backend's routes in the same process, with the
// faults of a network on demand. Without an executor `done` runs before send returns; with one,
// both the call and `done` are tasks of it, so that the order is the test's. Faults are added
// before or between sends by the thread that sends.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "base/random.h"
#include "florin/executor.h"
#include "florin/transport.h"
#include "ports/http.h"

namespace florin::fakes {

enum class NetworkFault : std::uint8_t {
  kNone,
  kDropRequest,   // nothing arrives: kUnavailable
  kDropResponse,  // the handler runs, its answer is lost: kDeadline
  kDouble,        // the request arrives twice; the answer is that of the second
};

class HandlerTransport : public Transport {
 public:
  // `random` makes the correlation ids. It and `executor` must outlive the transport.
  HandlerTransport(std::vector<ports::Route> routes, base::Random& random,
                   Executor* executor = nullptr)
      : routes_(std::move(routes)), random_(random), executor_(executor) {}

  void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) override;

  // addFault queues the fault of one later request; those after the queue have none.
  void addFault(NetworkFault fault) { faults_.push_back(fault); }

  // setFaultHook decides on every request for which no fault is queued.
  using FaultHook = std::function<NetworkFault(const TransportRequest&)>;
  void setFaultHook(FaultHook hook) { hook_ = std::move(hook); }

  // setAnswerHook bends answers on their way back.
  using AnswerHook = std::function<TransportResponse(const TransportRequest&, TransportResponse)>;
  void setAnswerHook(AnswerHook hook) { answerHook_ = std::move(hook); }

  // call gives what the routes answer, without faults: 404 without a route, 413 over its maxBody.
  TransportResponse call(const TransportRequest& request);

  [[nodiscard]] std::size_t requests() const { return requests_; }

 private:
  NetworkFault nextFault(const TransportRequest& request);
  Result<TransportResponse> exchange(const TransportRequest& request, NetworkFault fault);
  Result<TransportResponse> carry(const TransportRequest& request, NetworkFault fault);

  std::vector<ports::Route> routes_;
  base::Random& random_;
  Executor* executor_;
  std::deque<NetworkFault> faults_;
  FaultHook hook_;
  AnswerHook answerHook_;
  std::size_t requests_ = 0;
};

}  // namespace florin::fakes
