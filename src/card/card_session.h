// CardSession answers a terminal's commands as a contactless card (D8, "Tap"): bytes in, bytes out,
// no I/O but what the KeySource does.
//
//   command                  allowed             then
//   00 A4 SELECT PPSE        always              directory of the active cards
//   00 A4 SELECT AID         always              application selected
//   80 A8 GET PROCESSING O.  selected            kernel 2: initiated; kernel 3: done, a key is
//   spent 00 B2 READ RECORD        initiated, done     same 80 AE GENERATE AC        initiated
//   done, a key is spent
//
// Checks come in this order: lengths 6700, class 6E00, instruction 6D00, parameters 6A86, size of
// the data 6700, order 6985, content 6A80. SELECT and READ RECORD with too small an Le are answered
// 6C and the length; the others want all that there is. A card that is not active is not in the
// directory and cannot be selected (6A82; no active card: no directory). A card without a key
// refuses GET PROCESSING OPTIONS (6985). TC asked: ARQC answered; AAC spends a key too. CDA asked,
// by a card that has a key for it: the cryptogram is inside the signature (9F4B), but for an AAC.
//
// A payment for which the cardholder must be verified on the device and is not (verification.h) is
// refused before a key is spent, 6985 by kernel 2, 6986 ("see phone") by kernel 3, and may be made
// again.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "card/cardholder.h"
#include "card/key_source.h"
#include "emv/apdu.h"
#include "emv/cryptogram.h"
#include "emv/issuer_data.h"
#include "emv/profile.h"
#include "florin/bytes.h"

namespace florin::card {

struct EmulatedCard {
  base::TokenId token;
  const emv::Profile* profile = nullptr;  // accepted by emv::checkProfile; outlives the session
  bool active = false;
};

// Not thread-safe.
class CardSession {
 public:
  // `cards`: the default first. Of two cards with one AID the first is in the directory, and SELECT
  // finds it first. `keys` and `cardholder` must outlive the session.
  CardSession(std::vector<EmulatedCard> cards, KeySource& keys, Cardholder& cardholder);

  // process answers one command; every input has an answer, of at most limits::kApduResponse bytes.
  Bytes process(ByteView apdu);

  // deactivated forgets the transaction: the field is gone. Spent keys stay spent.
  void deactivated();

 private:
  enum class State : std::uint8_t { kIdle, kSelected, kInitiated, kDone };
  struct Rule;
  static const Rule kRules[];

  Bytes select(const emv::Command& command);
  Bytes selectNext(ByteView name, std::size_t from);
  Bytes getProcessingOptions(const emv::Command& command);
  Bytes readRecord(const emv::Command& command);
  Bytes generateAc(const emv::Command& command);

  // What there is to say once a key is spent: CID, ATC, cryptogram and IAD. nullopt: no key.
  struct Payment {
    emv::CryptogramInput input;
    emv::CryptogramType asked = emv::CryptogramType::kArqc;
    emv::Verifier verifier = emv::Verifier::kNobody;
  };
  struct Paid {
    emv::CryptogramType answered = emv::CryptogramType::kArqc;
    emv::CryptogramInput input;
    emv::Cryptogram cryptogram{};
    std::optional<emv::RecoveryKey> iccKey;
  };
  std::optional<Paid> pay(Payment payment);
  static Bytes objectsOf(const Paid& paid);
  Bytes answerSigned(const Paid& paid, ByteView cdol1Data);
  Bytes payInOptions(ByteView pdolData);

  [[nodiscard]] const EmulatedCard& selected() const { return cards_[selected_]; }

  std::vector<EmulatedCard> cards_;
  KeySource& keys_;
  Cardholder& cardholder_;
  State state_ = State::kIdle;
  Bytes pdolData_;            // of the last GET PROCESSING OPTIONS
  std::size_t selected_ = 0;  // index into cards_, of meaning in all states but kIdle
};

}  // namespace florin::card
