// PushService is push_server.mjs in a process of its own, and the adapter that florind has for it.
#pragma once

#include <memory>

#include "base/random.h"
#include "base/time.h"
#include "process.h"
#include "push/http_push_sender.h"

namespace florin::bench {

class PushService {
 public:
  // start writes key and certificate into `folder`, which must outlive the service. It needs node.
  static apps::Outcome<PushService> start(const std::string& folder, base::Random& random,
                                          base::Clock& clock, apps::Interrupts& interrupts);

  // connect makes a sender for it.
  Result<std::unique_ptr<push::HttpPushSender>> connect(base::Clock& clock) const;

 private:
  PushService(apps::ChildProcess process, std::string origin, std::string authorities)
      : process_(std::move(process)),
        origin_(std::move(origin)),
        authorities_(std::move(authorities)) {}

  apps::ChildProcess process_;
  std::string origin_;
  std::string authorities_;
};

}  // namespace florin::bench
