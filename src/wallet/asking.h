// What the services of an enrolled device share: one request to the backend at a time, durable
// before it is sent, and what the application is told of a session.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "florin/provisioning.h"
#include "wallet/notifier.h"
#include "wallet/session.h"

namespace florin::wallet {

using PushTold = Notifier<PushServiceListener>;

bool isEnrolled(Core& core);
ProvisioningServiceError notEnrolled();

// requestInFlight gives the request that an earlier session did not finish.
Result<std::optional<messages::RequestType>> requestInFlight(Core& core);

// storeRequest makes the request the one in flight, durably.
Status storeRequest(Core& core, vault::RequestsRecord request);

// errorOf is what a session ended with for the request that it carried.
std::optional<ProvisioningServiceError> errorOf(const SessionOutcome& outcome);

// Asking is one request. `store` puts it into the vault. `done` hears how the session ended, once.
// Instead of it `again` hears of a session that finished a request of before: all is to be decided
// anew.
struct Asking {
  std::function<Status()> store;
  std::function<void(const SessionOutcome&)> again;
  std::function<void(const SessionOutcome&)> done;
};

// ask belongs into a conversation, which it does not end.
void ask(Core& core, const Disarm& disarm, Asking asking);

// messageOf makes a message of its code, "CBP.info.x".
ProvisioningServiceMessage messageOf(const std::string& code);

void tellApplied(PushTold& told, const std::vector<Applied>& all);

// end ends the conversation and tells the application how.
void end(Core& core, PushTold told, const std::optional<ProvisioningServiceError>& error);

}  // namespace florin::wallet
