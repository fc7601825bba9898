// CardClaims: a code that was proved becomes a card on a device. What is costly (profile, keys) is
// prepared outside of the unit of work; committing writes the operations, the issued keys and the
// end of the code together.
#pragma once

#include "cps/activation_codes.h"
#include "cps/operation_log.h"

namespace florin::cps {

// targetOf gives what a card in this state is to be on its device.
messages::CardTarget targetOf(tsp::CardLife life);

// claimToken is what a claim makes of a card, in the caller's unit: active, but for one whose
// issuer still wants to know the cardholder.
Result<tsp::CardChange> claimToken(ports::Unit& unit, Backend& backend,
                                   const records::ActivationCode& code);

// transportOf gives for whom keys of a device are wrapped. `lastAtc`: that the device says it used.
tsp::DeviceTransport transportOf(const records::Device& device, std::uint32_t lastAtc = 0);

messages::InstallCard installCard(const base::DigitalCardId& id, const tsp::CardFacts& facts,
                                  messages::CardTarget target);
messages::InstallKeys installKeys(const tsp::KeyBatch& batch);

// Keys ready to be issued for a card that is on its device already, with what has to come before
// them.
struct PreparedRefill {
  tsp::KeyBatch keys;
  base::DigitalCardId digitalCardId;
  std::optional<tsp::CardFacts> renewed;  // the profile of a new PSN
};

// A claim ready to be written.
struct PreparedClaim {
  records::ActivationCode code;
  tsp::CardFacts facts;
  tsp::KeyBatch keys;
};

class CardClaims {
 public:
  CardClaims(Backend& backend, ActivationCodes& codes, OperationLog& log)
      : backend_(backend), codes_(codes), log_(log) {}

  Result<PreparedClaim> prepare(const records::ActivationCode& code, const records::Device& device);

  // commit activates the token and writes InstallCard, its target the state that the token has
  // then, and InstallKeys. kConflict: the token changed since; prepare again.
  Status commit(ports::Unit& unit, records::Device& device, const PreparedClaim& claim);

  // prepareRefill: what TokenService::prepareKeys refuses.
  Result<PreparedRefill> prepareRefill(const records::DigitalCard& card,
                                       const records::Device& device, std::uint32_t lastAtc);

  // appendRefill issues the keys and writes their InstallKeys, before it RenewProfile when they are
  // of a new PSN, or UpdatePolicy when the program's policy is not what the device was told. An
  // empty batch writes nothing. kConflict: as commit.
  Status appendRefill(ports::Unit& unit, records::Device& device, const PreparedRefill& refill);

 private:
  Backend& backend_;
  ActivationCodes& codes_;
  OperationLog& log_;
};

}  // namespace florin::cps
