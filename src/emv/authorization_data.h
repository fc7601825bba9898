// CryptogramRequest is what a terminal sends on line so that a cryptogram can be verified: the card
// part ("field 55") of POST /tsp/v1/authorizations.
//
//   request = TLV objects in any order:
//     9F26 cryptogram (8)  9F27 CID (1)  9F10 IAD  9F36 ATC (2)  82 AIP (2)
//     9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 as in CDOL1
//     5A DPAN or 57 track 2 equivalent data, or both   5F34 PSN (1)   5F24 expiry YYMMDD
//   Other tags are ignored. 9F03 may be missing: zero.
//
// To verify: cryptogramData(request.input) under the session key of request.input.atc.
#pragma once

#include <cstdint>
#include <string>

#include "emv/cryptogram.h"
#include "emv/issuer_data.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

struct CryptogramRequest {
  CryptogramInput input;  // what the cryptogram covers
  Cryptogram cryptogram{};
  CryptogramType type = CryptogramType::kArqc;  // 9F27
  SecretBytes dpan;                             // ASCII digits
  std::uint8_t psn = 0;
  std::string expiry;  // MMYY
};

// encodeCryptogramRequest writes the tags above with 5A, in ascending order. A request whose DPAN,
// PSN or expiry has no form that can be written is a programmer's error.
SecretBytes encodeCryptogramRequest(const CryptogramRequest& request);

// decodeCryptogramRequest: kMalformed: no TLV, a tag missing, twice or of another length, digits
// that are none, 5A and 57 that differ, an IAD of another form, or a CID that is not what the IAD
// says was answered. kUnsupported: an IAD of another version. kTooLarge: over the limit. The
// cryptogram itself is not verified.
Result<CryptogramRequest> decodeCryptogramRequest(ByteView bytes);

// issuerDataOf reads the IAD of a decoded request.
Result<IssuerData> issuerDataOf(const CryptogramRequest& request);

}  // namespace florin::emv
