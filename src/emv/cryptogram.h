// Application cryptograms (EMV Book 2, section 8) and the data that ours cover. The card computes
// them from CryptogramInput, the TSP verifies them from the same struct: there is one list.
//
//   data = amount authorised (6) amount other (6) terminal country (2) TVR (5) currency (2)
//          date (3) type (1) unpredictable number (4) AIP (2) ATC (2) IAD (all of it)
//
// All but AIP, ATC and IAD come from the terminal, by CDOL1 or, where GET PROCESSING OPTIONS makes
// the cryptogram, by the PDOL.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>

#include "base/money.h"
#include "codec/dol.h"
#include "emv/key_derivation.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

using Cryptogram = std::array<std::uint8_t, 8>;

// How a cryptogram is made of its data: by MAC algorithm 3 of ISO/IEC 9797-1 ("retail MAC") with
// triple DES, the data padded by its method 1 or 2, or by CMAC with AES (its algorithm 5).
enum class Mac : std::uint8_t { kRetailPadding1 = 1, kRetailPadding2 = 2, kCmac = 3 };

// Bits of the cryptogram information data (9F27) and of P1 of GENERATE AC.
enum class CryptogramType : std::uint8_t { kAac = 0x00, kTc = 0x40, kArqc = 0x80 };

struct CryptogramInput {
  std::array<std::uint8_t, 6> amountAuthorised{};     // 9F02, n 12, minor units
  std::array<std::uint8_t, 6> amountOther{};          // 9F03, n 12
  std::array<std::uint8_t, 2> terminalCountry{};      // 9F1A, n 3
  std::array<std::uint8_t, 5> tvr{};                  // 95
  std::array<std::uint8_t, 2> currency{};             // 5F2A, n 3
  std::array<std::uint8_t, 3> date{};                 // 9A, YYMMDD
  std::uint8_t type = 0;                              // 9C
  std::array<std::uint8_t, 4> unpredictableNumber{};  // 9F37
  std::array<std::uint8_t, 2> aip{};                  // 82
  std::uint16_t atc = 0;                              // 9F36
  Bytes iad;                                          // 9F10, at most 32 bytes
};

// requiredTerminalData names what that list must ask for, in our order; it may ask for more.
std::span<const codec::DolEntry> requiredTerminalData();

// readTerminalData fills the terminal's part. kMalformed: `data` has not the length of the list, or
// the list lacks an entry of requiredTerminalData (checkProfile refuses such a profile).
Result<CryptogramInput> readTerminalData(std::span<const codec::DolEntry> list, ByteView data);
Result<CryptogramInput> readTerminalData(const std::map<std::uint32_t, ByteView>& values);

// cryptogramData gives the bytes that the MAC covers, not padded.
Bytes cryptogramData(const CryptogramInput& input);

// amountOf reads amount and currency. kMalformed: not decimal digits.
Result<base::Money> amountOf(const CryptogramInput& input);

// applicationCryptogram is the MAC (Book 2, 8.1.2) of `data`, which is padded here. The session key
// is 16 bytes. Compare cryptograms with crypto::equal.
Cryptogram applicationCryptogram(const SecretBytes& sessionKey, ByteView data, Mac mac);

// arpcMethod1 is Book 2, 8.2.1: the issuer's answer over its authorization response code.
Cryptogram arpcMethod1(const SecretBytes& key, const Cryptogram& arqc,
                       const std::array<std::uint8_t, 2>& responseCode,
                       Cipher cipher = Cipher::kTripleDes);

// arpcMethod2 is Book 2, 8.2.2: over the card status update and up to 8 bytes of the issuer's own.
std::array<std::uint8_t, 4> arpcMethod2(const SecretBytes& sessionKey, const Cryptogram& arqc,
                                        const std::array<std::uint8_t, 4>& cardStatusUpdate,
                                        ByteView proprietary, Cipher cipher = Cipher::kTripleDes);

}  // namespace florin::emv
