// VaultAge: is a device's vault older than the backend knows it? Put back from a copy, or one of
// two copies of it, it would use payment keys a second time (I1, D7).
#pragma once

#include "cps/backend.h"
#include "messages/exchange.h"

namespace florin::cps {

// One message may be late or doubled, so the first sight is a suspicion: its reply challenges and
// does nothing else. Who quotes the challenge and still has an old vault has an old vault.
enum class VaultAge : std::uint8_t { kAsKnown, kSuspected, kProvenOld };

// markOf names a request in its stored result. It is keyed: a typed code must not leave a trace
// that can be tried against.
Result<Bytes> markOf(Backend& backend, const messages::DeviceRequest& request);

// judgeVault compares a request with what is known of its device: generation, ATCs that it told and
// that were accepted, and the request that had this number before.
Result<VaultAge> judgeVault(ports::Unit& unit, Backend& backend, const records::Device& device,
                            const messages::ExchangeRequest& request);

// missedNewEpoch: the request's number is of an earlier store epoch, and nothing else is wrong: the
// reply that brought the device up to date was lost.
bool missedNewEpoch(Backend& backend, const records::Device& device,
                    const messages::ExchangeRequest& request);

// learnPayments writes into the row, with a challenge, which payments were accepted until then: the
// request that answers the challenge must know of those, and of no later ones.
Status learnPayments(ports::Unit& unit, Backend& backend, records::Device& device,
                     const messages::ExchangeRequest& request);

// excusePayments writes into the row that its vault, which was just brought up to date, need not
// know of what was accepted before.
Status excusePayments(ports::Unit& unit, Backend& backend, records::Device& device,
                      const messages::ExchangeRequest& request);

// reportOf gives what a request says of a card, or nothing.
const messages::CardReport* reportOf(const messages::ExchangeRequest& request,
                                     const base::TokenId& card);

// reportedAtc gives the highest ATC of a card that the device is known to have used.
std::uint32_t reportedAtc(const records::Device& device, const base::TokenId& card);

// tellsMore: payments were made since the last report.
bool tellsMore(const records::Device& device, const messages::ExchangeRequest& request);

// learnVault writes into the row what the request says, as far as it is more.
void learnVault(records::Device& device, const messages::ExchangeRequest& request);

}  // namespace florin::cps
