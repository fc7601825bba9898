// Digitization: a card becomes a digital card. Card data is opened (gateway/captures.h), the issuer
// decides (gateway/decisions.h): green, yellow (he wants to know the cardholder,
// gateway/step_ups.h) or red; the TSP makes a token, and CPS issues the activation code; all rows
// are written in one unit of work.
#pragma once

#include "florin/error.h"
#include "gateway/decisions.h"
#include "messages/digitize.h"

namespace florin::gateway {

class Digitization {
 public:
  explicit Digitization(const Gateway& gateway)
      : gateway_(gateway),
        backend_(gateway.backend),
        codes_(gateway.codes),
        captures_(gateway),
        decisions_(gateway) {}

  // digitize is idempotent by (wallet, correlationId): the same request is answered with the same
  // bytes while its code is open; another request under the same correlationId is
  // OPERATION_ALREADY_ONGOING. Gives the JSON of DigitizeReply.
  // As Captures::open and Decisions::decide. Nothing is written then, but
  // for the operator's timeline.
  Result<SecretBytes> digitize(const records::Wallet& wallet,
                               const messages::DigitizeRequest& request, ByteView body);

 private:
  // What was asked for, its card data opened.
  struct Request {
    const messages::DigitizeRequest& message;
    Bytes hash;
    Capture capture;
  };
  // Everything that one unit of work will write, and the answer.
  struct Draft {
    records::Token token;
    records::DigitalCard card;
    std::optional<records::StepUp> stepUp;  // of a yellow decision
    cps::NewCode code;
    SecretBytes reply;
  };
  Result<SecretBytes> make(const records::Wallet& wallet, Request& request);
  Result<Draft> prepare(const records::Wallet& wallet, const Request& request,
                        const Decided& decided);
  Status commit(ports::Unit& unit, const records::Wallet& wallet, const Draft& draft,
                const Decided& decided);
  Result<std::optional<records::DigitalCard>> findEarlier(const records::Wallet& wallet,
                                                          const base::CorrelationId& correlationId);
  Result<SecretBytes> repeat(const records::DigitalCard& card, ByteView requestHash);
  Result<SecretBytes> reissue(const records::Wallet& wallet, const records::DigitalCard& before,
                              const Word& word);
  static Candidate candidateOf(const records::Wallet& wallet, const Request& request);
  Status noteTerms(ports::Unit& unit, const records::DigitalCard& card, const Decided& decided);
  void noteRefusal(const records::Wallet& wallet, const base::CorrelationId& correlationId,
                   const Error& error);
  static SecretBytes encodeReply(const records::DigitalCard& card, const cps::NewCode& code,
                                 const std::vector<messages::IdvMethod>& methods);

  Gateway gateway_;
  cps::Backend& backend_;
  cps::ActivationCodes& codes_;
  Captures captures_;
  Decisions decisions_;
};

}  // namespace florin::gateway
