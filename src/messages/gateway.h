// JSON messages between SDK and CPS outside the channel: WSE, and the error body of the device API.
// Field names on the wire are the members' names, with Ms behind times; ids are hex, byte strings
// base64url.
#pragma once

#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::messages {

// POST /cps/v1/wallets (WSE): registers the wallet's signing key; signed by that key. Doing it
// again with the same key is the same answer.
struct WseRequest {
  base::WalletId walletId;
  Bytes walletPublicKey;  // 65 bytes
  std::string walletProviderId;
  std::string walletApplicationId;
};
std::string encodeWseRequest(const WseRequest& request);
Result<WseRequest> decodeWseRequest(std::string_view json);

// What the wallet pins: the backend's identity and the card capture key.
struct WseReply {
  std::string backendId;
  base::KeyId identityKeyId;
  Bytes identityKey;          // P-256 point, 65 bytes: signs the channel's keys
  Bytes captureKey;           // RSA-2048 SubjectPublicKeyInfo, DER: card data is enveloped for it
  Bytes captureKeySignature;  // by the identity key over captureKeyText
  std::string keyCheckValue;  // protocol/key_check.h, 6 hex characters
  base::Time serverTime;
};
std::string encodeWseReply(const WseReply& reply);
Result<WseReply> decodeWseReply(std::string_view json);
Bytes captureKeyText(ByteView captureKey);

// The body of every refusal of the device API (D14). `code` is a CPS code, or an MG code's number
// for the gateway.
struct ErrorBody {
  std::int64_t code = 0;
  std::int64_t retryAfterMs = 0;  // 0: no advice
  std::int64_t triesLeft = -1;    // -1: says nothing
  Bytes verdict;                  // 64 bytes: signature over verdictText; empty: none
  base::Time serverTime;
  base::CorrelationId correlationId;
};
std::string encodeErrorBody(const ErrorBody& body);
Result<ErrorBody> decodeErrorBody(std::string_view json);

// verdictText is what the identity key signs when a refusal outside of the channel is to count
// (docs/protocol.md 6.4). `requestHash`: SHA-256 of the request's body.
Bytes verdictText(std::uint32_t code, const base::DeviceId& deviceId, ByteView requestHash);

}  // namespace florin::messages
