// A contactless terminal in the style of EMV kernels 2 and 3, for tests, demo and CLI: it asks for
// an on line cryptogram.
//
//   SELECT PPSE, SELECT AID, GET PROCESSING OPTIONS, READ RECORD as the AFL says, GENERATE AC
//
// A card that answers GET PROCESSING OPTIONS with the cryptogram (kernel 3) is not asked for
// another. A card that can do CDA, and whose authority's key the terminal has, is asked for it; TVR
// says what came of it before, and a wrong signature ends the tap.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/random.h"
#include "base/time.h"
#include "emv/authorization_data.h"
#include "emv/offline_authentication.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "terminal/trace.h"

namespace florin::terminal {

// Transceive carries a command to the card and brings its answer. An error means that the card is
// gone.
using Transceive = std::function<Result<Bytes>(ByteView command)>;

// AuthorityKey is a public key of a certification authority (EMV Book 2, 5.2).
struct AuthorityKey {
  Bytes rid;  // 5 bytes: the beginning of its cards' AIDs
  std::uint8_t index = 0;
  emv::RecoveryPublicKey key;
};

enum class OfflineAuthentication : std::uint8_t {
  kNotDone,  // the card cannot
  kNoKey,    // the terminal does not know the card's authority: the issuer decides
  kFailed,   // a certificate is wrong, missing or expired: the issuer decides
  kDone,     // the signature over the cryptogram is the card's
};

struct TapRequest {
  base::Money amount;               // up to 12 digits
  std::uint16_t country = 0;        // ISO 3166 numeric, of the terminal
  std::uint8_t type = 0;            // 9C: 00 is a purchase
  base::Time now;                   // the transaction's date, in UTC
  bool cardholderVerified = false;  // by on line PIN; else the device's word counts
  std::vector<AuthorityKey> authorities = {};
};

enum class DeclineReason : std::uint8_t {
  kNone,
  kNoApplication,         // no directory, or no application of it can be selected
  kCardRefused,           // a status word other than 9000; TapResult::statusWord has it
  kDirectoryMalformed,    // the answer to SELECT PPSE
  kApplicationMalformed,  // the answer to SELECT AID, or the PDOL in it
  kOptionsMalformed,      // the answer to GET PROCESSING OPTIONS: template, AIP or AFL
  kRecordMalformed,       // a record, or an object of one
  kDataMissing,           // 57, 5A, 5F24; of kernel 2 8C and the 8E that the AIP announces
  kDataContradicts,       // an object comes twice, or 57 and 5A name two cards
  kCryptogramMalformed,   // the answer with it, or it is of a type that was not asked for
  kExpired,               // the card's expiry is before the transaction's date
  kCardholderUnverified,  // the card's rules ask for a verification that was not made
  kVerificationWanted,    // on the device: the cardholder looks at it, then taps again
  kCardDeclined,          // the card answered AAC
  kSignatureWrong,        // CDA: the cryptogram is not under the card's signature
};

// reasonName gives a reason as a person reads it: "card has expired".
std::string_view reasonName(DeclineReason reason);

// reasonCode gives it as programs read it: "card_expired".
std::string_view reasonCode(DeclineReason reason);

// What a tap ended in: either `request` is there and goes on line, or `reason` says why not.
struct TapResult {
  DeclineReason reason = DeclineReason::kNone;
  std::uint16_t statusWord = 0;  // of the last answer
  std::string label;             // of the application; empty when it has none that can be printed
  OfflineAuthentication authentication = OfflineAuthentication::kNotDone;
  std::optional<std::uint16_t> atc;  // once there was a cryptogram, an AAC too
  std::optional<emv::CryptogramRequest> request;
};

// tap runs one transaction. kInvalidArgument: the request's amount, currency, country or time has
// no EMV form. An error of `transceive` is returned as it is: the link is lost. kExhausted: more
// than limits::kTapCommands commands; the bounds on directory and AFL keep a tap below. Whatever a
// card answers ends in a TapResult.
Result<TapResult> tap(const TapRequest& request, base::Random& random, const Transceive& transceive,
                      TraceSink& trace);

}  // namespace florin::terminal
