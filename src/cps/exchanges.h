// Exchanges: one request of an enrolled device and its reply (D6, D7). The channel is opened, what
// the device asks for is decided and prepared outside of any transaction, and one unit of work
// writes acks, request result and operations together.
#pragma once

#include "cps/card_claims.h"
#include "protocol/exchange.h"

namespace florin::cps {

class Exchanges {
 public:
  Exchanges(Backend& backend, ActivationCodes& codes, OperationLog& log, CardClaims& claims)
      : backend_(backend), codes_(codes), log_(log), claims_(claims) {}

  // exchange gives the body of the response. Refusals outside of the channel (kWalletUnknown,
  // kInvalidConversation, kVersionUnsupported) are reports only; what concerns the device counts
  // inside the reply.
  Result<Bytes> exchange(ByteView body);

 private:
  // What a device request became before anything was written.
  struct Plan {
    std::optional<messages::RequestResult> result;  // to store under its reqSeq
    std::optional<PreparedClaim> claim;
    std::optional<tsp::KeyBatch> keys;
    bool activates = false;  // E5: the device proved that it stored E4
    std::optional<base::EnrollmentId> enrollment;
    bool lostTry = false;  // a wrong code
  };

  // `authenticated` is the row whose keys opened the channel.
  Result<messages::ExchangeReply> serve(const records::Device& authenticated,
                                        const messages::ExchangeRequest& request);
  Result<Plan> plan(const records::Device& device, const messages::ExchangeRequest& request);
  Status planActivation(const records::Device& device, Plan& plan);
  Status planRequest(const records::Device& device, const messages::ExchangeRequest& exchange,
                     Plan& plan);
  Status planClaim(const records::Device& device, const messages::DeviceRequest& request,
                   Plan& plan);
  Status planReplenishment(const records::Device& device, const messages::ExchangeRequest& exchange,
                           Plan& plan);
  Status applyLostTry(ports::Unit& unit, const records::Device& device, const Plan& plan);
  void updateDevice(records::Device& device, const messages::DeviceRequest& request);

  struct Written {
    OperationLog::Delivery delivery;
    std::optional<messages::RequestResult> result;
  };
  Result<Written> apply(ports::Unit& unit, const records::Device& device,
                        const messages::ExchangeRequest& request, const Plan& plan);
  Status applyPlan(ports::Unit& unit, records::Device& device,
                   const messages::ExchangeRequest& request, const Plan& plan);

  Backend& backend_;
  ActivationCodes& codes_;
  OperationLog& log_;
  CardClaims& claims_;
};

}  // namespace florin::cps
