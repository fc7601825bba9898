// Digitization: a card becomes a digital card. Card data is opened with custody, the issuer
// decides: green, yellow (he wants to know the cardholder, gateway/step_ups.h) or red; the TSP
// makes a token, and CPS issues the activation code; all rows are written in one unit of work.
#pragma once

#include "florin/error.h"
#include "gateway/gateway.h"
#include "messages/gateway.h"
#include "proof/capture.h"

namespace florin::gateway {

class Digitization {
 public:
  explicit Digitization(const Gateway& gateway)
      : gateway_(gateway), backend_(gateway.backend), codes_(gateway.codes) {}

  // digitize is idempotent by (wallet, correlationId): the same request is answered with the same
  // bytes while its code is open; another request under the same correlationId is
  // OPERATION_ALREADY_ONGOING. Gives the JSON of DigitizeReply.
  // PROVISIONING_NOT_ALLOWED: red; EXTERNAL_SYSTEM_UNAVAILABLE: the issuer did not decide. Nothing
  // is written then, but for the operator's timeline.
  Result<SecretBytes> digitize(const records::Wallet& wallet,
                               const messages::DigitizeRequest& request, ByteView body);

 private:
  // What was asked for, its card data opened.
  struct Request {
    base::CorrelationId correlationId;
    Bytes hash;
    proof::CardData card;
    Bytes panIndex;
    std::string language;
  };
  struct Decided {
    base::DigitalCardId digitalCardId;  // that the issuer was told
    base::Time asked;
    tsp::CardProduct product;
    ports::DecisionAnswer answer;
  };
  // Everything that one unit of work will write, and the answer.
  struct Draft {
    records::Token token;
    records::DigitalCard card;
    std::optional<records::StepUp> stepUp;  // of a yellow decision
    cps::NewCode code;
    SecretBytes reply;
  };
  Result<Decided> decide(const records::Wallet& wallet, const Request& request);
  Result<Draft> prepare(const records::Wallet& wallet, const Request& request,
                        const Decided& decided);
  Status commit(ports::Unit& unit, const Draft& draft, const Decided& decided);
  Status noteNoCard(const records::Wallet& wallet, const Request& request, const Decided& decided,
                    Literal colour);
  Status noteDecision(ports::Unit& unit, const records::DigitalCard& card, const Decided& decided,
                      Literal colour);
  Result<tsp::CardProduct> productOf(const proof::CardData& card);
  Result<std::optional<records::DigitalCard>> findEarlier(const records::Wallet& wallet,
                                                          const base::CorrelationId& correlationId);
  Result<proof::CardData> openCard(ByteView envelope);
  Result<SecretBytes> repeat(const records::DigitalCard& card, ByteView requestHash);
  static Status checkEligible(ports::Unit& unit, const records::DigitalCard& card);
  static Status checkRoom(ports::Unit& unit, const base::TenantId& tenant,
                          const base::WalletId& wallet);
  Result<std::optional<records::DigitalCard>> findSameCard(const records::Wallet& wallet,
                                                           ByteView panIndex);
  Result<SecretBytes> reissue(const records::Wallet& wallet, const records::DigitalCard& before);
  static SecretBytes encodeReply(const records::DigitalCard& card, const cps::NewCode& code,
                                 const std::vector<messages::IdvMethod>& methods);

  Gateway gateway_;
  cps::Backend& backend_;
  cps::ActivationCodes& codes_;
};

}  // namespace florin::gateway
