// Exchanges: one request of an enrolled device and its reply (D6, D7). What the device asks for is
// decided and prepared outside of any transaction, and one unit of work writes acks, request result
// and operations together. Which devices get what is the table of docs/protocol.md 6.4.
#pragma once

#include "cps/card_claims.h"
#include "cps/channel.h"
#include "cps/devices.h"
#include "cps/resync.h"
#include "cps/vault_age.h"

namespace florin::cps {

// OnRollback is what becomes of a device whose vault proved to be an old one: new keys at once, or
// nothing until an operator resumes it.
enum class OnRollback : std::uint8_t { kReplaceKeys, kSuspend };

class Exchanges {
 public:
  // make borrows all, and signs the channel key once, for devices that still use the one before.
  struct Parts {
    Backend& backend;
    ActivationCodes& codes;
    OperationLog& log;
    CardClaims& claims;
    Devices& devices;
    OnRollback onRollback = OnRollback::kReplaceKeys;
  };
  static Result<Exchanges> make(const Parts& parts);

  // exchange gives the body of the response. Refusals outside of the channel are Channel::open's,
  // and kUnavailable when the wallet asks too often; what concerns the device counts inside the
  // reply.
  Result<Bytes> exchange(const ports::HttpRequest& request, RefusalFacts& facts);

 private:
  // What a device request became before anything was written.
  struct Plan {
    std::optional<messages::RequestResult> result;  // to store under its reqSeq
    Bytes mark;                                     // with this mark of the request
    std::optional<PreparedClaim> claim;
    std::optional<records::ActivationCode> ended;  // its card was deleted: nothing to claim
    std::optional<PreparedRefill> refill;
    bool activates = false;  // E5: the device proved that it stored E4
    std::optional<base::EnrollmentId> enrollment;
    bool lostTry = false;  // a wrong code
    bool rotates = false;  // the device uses the channel key before the current one
  };

  Exchanges(const Parts& parts, messages::SignedBackendKey channelKey)
      : backend_(&parts.backend),
        codes_(&parts.codes),
        log_(&parts.log),
        claims_(&parts.claims),
        devices_(&parts.devices),
        onRollback_(parts.onRollback),
        resync_(parts.backend, parts.codes, parts.log),
        channel_(parts.backend),
        channelKey_(std::move(channelKey)) {}

  // What a view of the store tells of a device that came.
  struct Look {
    std::optional<VaultAge> age;                    // of an active device of this store
    std::optional<OperationLog::Delivery> pending;  // when it only looks in: there is no more to do
  };
  Result<Look> lookAt(ports::Unit& unit, const records::Device& device,
                      const Channel::Opened& opened);
  Result<messages::ExchangeReply> serve(const Channel::Opened& opened, Look look);
  Result<messages::ExchangeReply> serveActive(const Channel::Opened& opened,
                                              const records::Device& device, const Look& look);
  Result<messages::ExchangeReply> serveSuspended(const records::Device& device,
                                                 const messages::ExchangeRequest& request);
  Result<messages::ExchangeReply> serveRevoked(const records::Device& device,
                                               const messages::ExchangeRequest& request);
  Result<messages::ExchangeReply> challenge(const records::Device& before,
                                            const messages::ExchangeRequest& request);
  Result<messages::ExchangeReply> oldVault(const records::Device& device,
                                           const messages::ExchangeRequest& request);
  Result<messages::ExchangeReply> resynchronize(const records::Device& device,
                                                const messages::ExchangeRequest& request,
                                                ResyncReason reason);
  Result<Plan> plan(const records::Device& device, const Channel::Opened& opened);
  Status planRotation(const records::Device& device, const Channel::Opened& opened, Plan& plan);
  Status planActivation(const records::Device& device, Plan& plan);
  Status planRequest(const records::Device& device, const messages::ExchangeRequest& exchange,
                     Plan& plan);
  Status planClaim(const records::Device& device, const messages::DeviceRequest& request,
                   Plan& plan);
  Result<bool> claimProves(const messages::DeviceRequest& request, const base::WalletId& walletId,
                           const records::ActivationCode& code);
  Status planReplenishment(const records::Device& device, const messages::ExchangeRequest& exchange,
                           Plan& plan);
  Status applyLostTry(ports::Unit& unit, const records::Device& device, const Plan& plan);
  void updateDevice(records::Device& device, const messages::DeviceRequest& request);

  struct Written {
    OperationLog::Delivery delivery;
    std::optional<messages::RequestResult> result;
  };
  [[nodiscard]] bool wantsNothing(const records::Device& device,
                                  const Channel::Opened& opened) const;
  Result<messages::ExchangeReply> answerWith(const Written& written);
  Result<Written> apply(ports::Unit& unit, const records::Device& device,
                        const messages::ExchangeRequest& request, const Plan& plan);
  Status applyPlan(ports::Unit& unit, records::Device& device,
                   const messages::ExchangeRequest& request, const Plan& plan);

  Backend* backend_;
  ActivationCodes* codes_;
  OperationLog* log_;
  CardClaims* claims_;
  Devices* devices_;
  OnRollback onRollback_;
  Resync resync_;
  Channel channel_;
  messages::SignedBackendKey channelKey_;
};

}  // namespace florin::cps
