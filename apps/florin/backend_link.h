// BackendLink is the default transport, watched: it remembers how the last request failed, so that
// a command can say more than the SDK's error code does.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "florin/transport.h"
#include "interrupts.h"
#include "vault_files.h"

namespace florin::apps {

class BackendLink : public Transport {
 public:
  // open connects to nothing yet. kInput: address or certificate have not their form.
  static Outcome<std::unique_ptr<BackendLink>> open(const Connection& connection);

  void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) override;

  // call sends and waits. `interrupts` may be null.
  Outcome<TransportResponse> call(TransportRequest request, std::chrono::milliseconds deadline,
                                  Interrupts* interrupts);

  // unreachable says why there was no answer, in the words of the last failed request.
  [[nodiscard]] Failure unreachable() const;

 private:
  // Shared with requests on their way, which may outlive the link.
  struct Watch {
    mutable std::mutex mutex;
    std::optional<Error> last;
  };

  BackendLink(std::string backend, std::unique_ptr<Transport> transport)
      : backend_(std::move(backend)), transport_(std::move(transport)) {}

  std::string backend_;
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
  std::unique_ptr<Transport> transport_;
};

}  // namespace florin::apps
