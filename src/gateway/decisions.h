// Decisions finds out whether a card may come, and who says so: the rules of its program, then its
// issuer, by what he has signed or said beforehand, or by an answer to a question.
#pragma once

#include <optional>

#include "gateway/captures.h"
#include "proof/decision_token.h"

namespace florin::gateway {

// What wants to come where.
struct Candidate {
  const records::Wallet& wallet;
  const Capture& capture;
  base::CorrelationId correlationId;
  base::DigitalCardId digitalCardId;  // that it will have
  Bytes requestHash;                  // SHA-256 of the request
  std::string language;
  std::string deviceType;
  ByteView termsId = {};  // that the cardholder has accepted; empty: none
};

// Word is what an issuer has said of a card beforehand. It is used up with the card.
struct Word {
  std::optional<records::SpentNonce> nonce;    // of a decision token
  std::optional<records::PushSession> pushed;  // by which the card came
  [[nodiscard]] bool isGreen() const { return nonce || (pushed && pushed->approved); }
};

struct Decided {
  tsp::CardProduct product;
  base::Time asked;
  ports::DecisionAnswer answer;
  Literal by = "issuer";  // how it was decided, for the operator's timeline
  Word word;
};

class Decisions {
 public:
  explicit Decisions(const Gateway& gateway) : gateway_(gateway) {}

  // productFor gives the card's product. UNKNOWN_BIN; FPAN_NOT_ELIGIBLE: it has expired;
  // CARD_PRODUCT_NOT_SUPPORTED: the program takes no new cards; DEVICE_NOT_ELIGIBLE;
  // CARD_PROVISIONING_COUNT_EXCEEDED: the wallet is full, or has as many of the program as it may.
  Result<tsp::CardProduct> productFor(const Candidate& candidate);

  // checkRoom is what productFor says of the wallet, for the unit that writes the card.
  Status checkRoom(ports::Unit& unit, const records::Wallet& wallet, const tsp::Program& program);

  // isEligible asks the issuer, if he wants to be asked. EXTERNAL_SYSTEM_UNAVAILABLE.
  Result<bool> isEligible(const Candidate& candidate, const tsp::CardProduct& product);

  // note writes the steps of a decision into the timeline of the card's digitization.
  Status note(ports::Unit& unit, const records::DigitalCard& card, const Decided& decided);

  // decide: as productFor; MISSING_REQUIRED_PARAMETER: the program's terms, as they are now, were
  // not accepted; INCORRECT_AUTHENTICATION_TOKEN: the token is not the issuer's word on
  // this card, or was used; PROVISIONING_NOT_ALLOWED: red; EXTERNAL_SYSTEM_UNAVAILABLE: the issuer
  // did not decide. Asks outside of every unit; what made no card stands in
  // the timeline all the same.
  Result<Decided> decide(const Candidate& candidate, const SecretBytes& token);

  // wordOf is for a card that is in the wallet already: what its issuer says of it now.
  // INCORRECT_AUTHENTICATION_TOKEN.
  Result<Word> wordOf(const Candidate& candidate, const SecretBytes& token);

  // use uses a word up, in the unit that writes the card. INCORRECT_AUTHENTICATION_TOKEN,
  // INVALID_PUSH_SESSION_ID: it was used meanwhile.
  static Status use(ports::Unit& unit, const Word& word);

 private:
  static Status spend(ports::Unit& unit, const records::SpentNonce& nonce);
  Result<ports::DecisionAnswer> ask(const Candidate& candidate, const Decided& decided);
  Status noteNoCard(const Candidate& candidate, const Decided& decided, Literal outcome);
  void count(Literal colour);
  Result<records::SpentNonce> verify(const Candidate& candidate, const tsp::CardProduct& product,
                                     const SecretBytes& token);

  Gateway gateway_;
};

}  // namespace florin::gateway
