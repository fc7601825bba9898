// Digitization: a card becomes a digital card. Card data is opened with custody, the issuer
// decides, the TSP makes a token, and CPS issues the activation code; all rows are written in one
// unit of work.
#pragma once

#include "cps/activation_codes.h"
#include "cps/backend.h"
#include "florin/error.h"
#include "messages/gateway.h"
#include "proof/capture.h"
#include "tsp/catalog.h"

namespace florin::gateway {

class Digitization {
 public:
  Digitization(cps::Backend& backend, cps::ActivationCodes& codes, const tsp::Catalog& catalog)
      : backend_(backend), codes_(codes), catalog_(catalog) {}

  // digitize is idempotent by (wallet, correlationId): the same request is answered with the same
  // bytes while its code is open; another request under the same correlationId is
  // OPERATION_ALREADY_ONGOING. Gives the JSON of DigitizeReply.
  Result<SecretBytes> digitize(const records::Wallet& wallet,
                               const messages::DigitizeRequest& request, ByteView body);

 private:
  // What was asked for, its card data opened.
  struct Request {
    base::CorrelationId correlationId;
    Bytes hash;
    proof::CardData card;
    Bytes panIndex;
  };
  // Everything that one unit of work will write, and the answer.
  struct Draft {
    records::Token token;
    records::DigitalCard card;
    cps::NewCode code;
    SecretBytes reply;
  };
  Result<Draft> prepare(const records::Wallet& wallet, const Request& request);
  Result<tsp::CardProduct> productOf(const proof::CardData& card);
  Result<std::optional<records::DigitalCard>> findEarlier(const records::Wallet& wallet,
                                                          const base::CorrelationId& correlationId);
  Result<proof::CardData> openCard(ByteView envelope);
  Result<SecretBytes> repeat(const records::DigitalCard& card, ByteView requestHash);
  static Status checkEligible(ports::Unit& unit, const records::DigitalCard& card);
  Result<std::optional<records::DigitalCard>> findSameCard(const records::Wallet& wallet,
                                                           ByteView panIndex);
  Result<SecretBytes> reissue(const records::Wallet& wallet, const records::DigitalCard& before);
  static SecretBytes encodeReply(const records::DigitalCard& card, const cps::NewCode& code);

  cps::Backend& backend_;
  cps::ActivationCodes& codes_;
  const tsp::Catalog& catalog_;
};

}  // namespace florin::gateway
