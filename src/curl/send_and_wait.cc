#include "curl/send_and_wait.h"

#include <future>
#include <memory>

namespace florin::curl {

Result<TransportResponse> sendAndWait(Transport& transport, TransportRequest request,
                                      std::chrono::milliseconds deadline) {
  // Shared: the waiting thread may be gone before set_value has returned on the other one.
  const auto answer = std::make_shared<std::promise<Result<TransportResponse>>>();
  auto future = answer->get_future();
  transport.send(std::move(request), deadline, [answer](Result<TransportResponse> response) {
    answer->set_value(std::move(response));
  });
  return future.get();
}

}  // namespace florin::curl
