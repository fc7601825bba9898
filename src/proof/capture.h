// Card capture (wallet-api section 3): the card data that the cardholder typed goes to the gateway
// as JSON in CMS EnvelopedData (AES-256-CBC, RSA-OAEP SHA-256), so that nothing between the SDK and
// the gateway's key custody can read it. The gateway opens it with crypto::cmsParse, its custody
// and crypto::cmsOpenContent, then decodeCardData.
//
//   {"fpan":"4111...","exp":"MMYY","cvv":"123","name":"...","nonce":"..."}     cvv may be absent
#pragma once

#include <string>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::proof {

struct CardData {
  SecretBytes pan;     // 12 to 19 digits, valid by Luhn
  std::string expiry;  // MMYY
  SecretBytes cvv;     // 3 or 4 digits, or empty
  std::string name;    // up to 64 bytes of UTF-8 without control characters; may be empty
  std::string nonce;   // 1 to 50 characters of 0-9A-Za-z_-
};

// checkCardData: kInvalidArgument when a field has not its form.
Status checkCardData(const CardData& card);

// encodeCardData gives the JSON; checks first.
Result<SecretBytes> encodeCardData(const CardData& card);

// decodeCardData reads the JSON. kMalformed: it is not of the form above; kTooLarge: as parseJson.
Result<CardData> decodeCardData(const SecretBytes& json);

// sealCardData gives the CMS for the holder of the RSA key `spkiDer`. kInvalidArgument: the card
// has not its form. kMalformed: the key is none (crypto::cmsEnvelop).
Result<Bytes> sealCardData(ByteView spkiDer, const CardData& card);

}  // namespace florin::proof
