// Keys of a card, from the issuer master key down (EMV Book 2, annex A1). All keys are 16 bytes, of
// two-key triple DES, parity odd unless it says otherwise, or of AES-128; a key of another size is
// a programmer's error.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

enum class Cipher : std::uint8_t { kTripleDes = 1, kAes = 2 };

enum class MasterKeyOption : std::uint8_t {
  kA = 1,  // A1.4.1: the last 16 digits of PAN and PSN
  kB = 2,  // A1.4.2: the same for a PAN of up to 16 digits, a hash of PAN and PSN for a longer one
  kC = 3,  // A1.4.3: PAN and PSN whole, for AES
};

// iccMasterKey derives the master key of one card. `panDigits` is ASCII, `psn` a number of 0 to 99.
// kInvalidArgument: no PAN of 1 to 19 digits, or a larger psn.
Result<SecretBytes> iccMasterKey(const SecretBytes& issuerMasterKey, const SecretBytes& panDigits,
                                 std::uint8_t psn, MasterKeyOption option);

// commonSessionKey is EMV CSK (A1.3.1): it depends on the ATC alone, so that a session key can be
// issued before the terminal is known. A SUK is this key.
SecretBytes commonSessionKey(const SecretBytes& masterKey, std::uint16_t atc,
                             Cipher cipher = Cipher::kTripleDes);

// unpredictableSessionKey is the session key of M/Chip cards, which depends on the terminal's
// unpredictable number too. For verification of such cards only.
SecretBytes unpredictableSessionKey(const SecretBytes& masterKey, std::uint16_t atc,
                                    std::span<const std::uint8_t, 4> unpredictableNumber);

// limitedUseKey derives a LUK from the card's unique key and a key index of 7 or 8 decimal digits
// YHHHHCC: last digit of the year, hour of the year, counter in that hour (of 2 or 3 digits). Its
// halves encrypt the nibbles "1 index 8 0..." and "2 index 8 0..."; their parity is left as it is,
// as the published figures have it. kInvalidArgument: another length or character.
Result<SecretBytes> limitedUseKey(const SecretBytes& uniqueKey, std::string_view index);

// keyIndexAt gives the number whose 7 digits are the key index of a LUK made at this moment, the
// `counter`th of its hour: YHHHHCC, the hour of the year from 0001. `counter` is 0 to 99.
std::uint32_t keyIndexAt(base::Time now, unsigned counter);

// keyIndexText gives the 7 digits. kInvalidArgument: a number of more.
Result<std::string> keyIndexText(std::uint32_t index);

}  // namespace florin::emv
