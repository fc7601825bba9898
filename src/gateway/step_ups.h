// StepUps is ID&V (wallet-api 3): the issuer of a card wants to know its cardholder. The wallet
// chooses one of his methods; by a one-time password it proves the cardholder itself, by another
// one the issuer activates the card. The OTP is told to the issuer once and never stored.
#pragma once

#include "florin/error.h"
#include "gateway/gateway.h"
#include "messages/idv.h"

namespace florin::gateway {

// methodsOf gives what a row offers.
Result<std::vector<messages::IdvMethod>> methodsOf(const records::StepUp& row);

// What an attempt to activate a card came to: `refused` says why it did not.
struct Activation {
  messages::IdvState state;
  std::optional<MGErrorCode> refused;
};

// Errors of all: UNKNOWN_DIGITAL_CARD_ID (kTokenUnknown) when the wallet has no such card.
class StepUps {
 public:
  explicit StepUps(const Gateway& gateway) : gateway_(gateway) {}

  Result<messages::IdvState> state(const base::WalletId& wallet, const base::DigitalCardId& id);

  // choose takes a method, and has the issuer send an OTP where it needs one: a new one each time,
  // at most limits::kOtpSends for a card and limits::kOtpsPerPan for its PAN, in all wallets,
  // within limits::kPanWindow. UNKNOWN_IDV_METHOD; IDV_METHOD_NOT_AVAILABLE: no OTP is sent any
  // more; EXTERNAL_SYSTEM_UNAVAILABLE: the issuer did not take it, and the method and OTP of before
  // stand. A card that is activated stays so. The same choice again, when it was taken, is answered
  // as it stands and sends nothing.
  Result<messages::IdvState> choose(const base::WalletId& wallet, const base::DigitalCardId& id,
                                    const messages::ChooseMethod& choice);

  // activate counts the attempt, then compares. INCORRECT_OTP, INCORRECT_OTP_MAX_TRY_EXCEEDED and
  // OTP_EXPIRED are an Activation that was refused: the attempt counts, for the PAN too
  // (limits::kWrongPerPan).
  // CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION: no OTP was sent.
  Result<Activation> activate(const base::WalletId& wallet, const base::DigitalCardId& id,
                              const SecretBytes& otp);

 private:
  struct Chosen {
    messages::IdvState state;
    base::TenantId issuer;
    std::optional<std::uint32_t> number;  // of the OTP that is to be sent
  };
  Result<Chosen> take(ports::Unit& unit, const base::WalletId& wallet,
                      const base::DigitalCardId& id, const messages::ChooseMethod& choice);
  Status takeBack(ports::Unit& unit, const base::WalletId& wallet, const base::DigitalCardId& id,
                  const messages::ChooseMethod& choice, const Error& why);
  Result<Bytes> tagOf(const base::DigitalCardId& id, const SecretBytes& otp);

  Gateway gateway_;
};

}  // namespace florin::gateway
