// Issuer application data (9F10): what the card tells its issuer, covered by the cryptogram.
//
//   iad  = version (1, is 01) scheme (1) masterKeyVersion (1) cvr (4) keyIndex (4)
//   cvr  = cryptogram asked for (1) cryptogram answered (1), both as in 9F27;
//          who verified the cardholder: 00 nobody, 01 the device, 02 the terminal by on line PIN
//          (1); 00
//
// The profile carries it as a template, cvr and keyIndex zero; the card fills them with the
// cryptogram.
#pragma once

#include <cstdint>

#include "emv/cryptogram.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

enum class KeyScheme : std::uint8_t { kSuk = 1, kLuk = 2 };  // D1

// Verifier is who verified the cardholder, as the card knows it. The issuer sees whether an on line
// PIN was right.
enum class Verifier : std::uint8_t { kNobody = 0, kDevice = 1, kOnlinePin = 2 };

struct IssuerData {
  KeyScheme scheme = KeyScheme::kSuk;
  std::uint8_t masterKeyVersion = 1;
  CryptogramType asked = CryptogramType::kAac;
  CryptogramType answered = CryptogramType::kAac;
  Verifier verifier = Verifier::kNobody;
  std::uint32_t keyIndex = 0;  // of a LUK; zero for a SUK, which the ATC names
  friend bool operator==(const IssuerData&, const IssuerData&) = default;
};

Bytes encodeIssuerData(const IssuerData& data);

// decodeIssuerData: kMalformed: another length, scheme or type; kUnsupported: another version.
Result<IssuerData> decodeIssuerData(ByteView iad);

}  // namespace florin::emv
