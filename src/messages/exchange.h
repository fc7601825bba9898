// Messages of the exchange (docs/protocol.md, D6, D7): one HTTP request and its response, which are
// one Noise handshake of two messages. The envelope is in clear; the request and the reply are the
// handshake's payloads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "messages/operations.h"
#include "messages/status.h"

namespace florin::messages {

// The request's envelope. Its fields enter the handshake's prologue.
struct ExchangeEnvelope {
  std::uint32_t version = 0;
  base::DeviceId deviceId;
  base::KeyId channelKeyId;  // which static key of the backend; zero in a follow-up
  Bytes noise;               // first Noise message
  Bytes ticket;              // of an earlier reply: this is a follow-up; otherwise empty
};
Bytes encodeExchangeEnvelope(const ExchangeEnvelope& envelope);
Result<ExchangeEnvelope> decodeExchangeEnvelope(ByteView bytes);

// What the device asks for; at most one in flight, numbered by reqSeq (D7).
enum class RequestType : std::uint8_t { kClaimCode = 1, kReplenish = 2, kUpdateDevice = 3 };
struct DeviceRequest {
  std::uint64_t reqSeq = 0;
  RequestType type = RequestType::kClaimCode;
  SecretBytes code;       // kClaimCode: an S1 activation code
  SecretBytes w0, w1;     // kClaimCode, instead of the code: scalars of an S2 code, 32 bytes each
  base::TokenId tokenId;  // kReplenish
  bool force = false;     // kReplenish
  SecretBytes pushToken;  // kUpdateDevice; empty: unchanged
  std::string language;   // kUpdateDevice; empty: unchanged
};

SecretBytes encodeDeviceRequest(const DeviceRequest& request);

// An operation applied, or refused by the device with a reason of its own (parked).
enum class AckVerdict : std::uint8_t { kApplied = 1, kCannotApply = 2 };
struct Ack {
  std::uint64_t opSeq = 0;
  AckVerdict verdict = AckVerdict::kApplied;
  std::uint32_t reason = 0;  // a florin::Code when it could not be applied
};

struct CardReport {
  base::TokenId tokenId;
  std::uint32_t lastAtc = 0;  // highest running ATC used (base/running_atc.h)
  std::uint32_t keysLeft = 0;
};

struct ExchangeRequest {
  base::Time deviceTime;
  std::uint64_t vaultGeneration = 0;
  std::optional<DeviceRequest> request;
  std::vector<Ack> acks;
  std::vector<CardReport> cards;
  Bytes challenge;  // of the reply before, 16 bytes; empty: it brought none
};
SecretBytes encodeExchangeRequest(const ExchangeRequest& request);
Result<ExchangeRequest> decodeExchangeRequest(const SecretBytes& bytes);

// The verdict on a DeviceRequest; stored by the backend and repeated.
struct RequestResult {
  std::uint64_t reqSeq = 0;
  CpsStatus status = CpsStatus::kOk;
  std::optional<std::uint32_t> triesLeft;  // for a wrong code
  base::TokenId tokenId;                   // the card that a code claimed, or zero
};
Bytes encodeRequestResult(const RequestResult& result);
Result<RequestResult> decodeRequestResult(ByteView bytes);

// One operation of a reply, its payload as the log keeps it.
struct DeliveredOperation {
  std::uint64_t opSeq = 0;
  std::uint64_t cardSeq = 0;
  base::TokenId tokenId;
  OperationType type = OperationType::kWipe;
  SecretBytes payload;
};

// A reply with a challenge holds nothing else: the vault seems to be older than the backend knows
// it (D7), and nothing of the request was recorded. The device repeats it with the challenge.
inline constexpr std::size_t kChallengeSize = 16;

struct ExchangeReply {
  CpsStatus status =
      CpsStatus::kOk;  // of the device as a whole: 523 and others inside the channel (D6)
  base::Time serverTime;
  std::optional<RequestResult> result;
  std::vector<DeliveredOperation> operations;
  bool more = false;                         // another exchange is wanted
  Bytes ticket;                              // for a follow-up; empty: none
  Bytes challenge;                           // 16 bytes; empty: none
  std::uint64_t nextReqSeq = 0;              // where the device's numbers go on; 0: where they are
  LockReason lockReason = LockReason::NONE;  // of a device that is suspended or revoked
};
SecretBytes encodeExchangeReply(const ExchangeReply& reply);
Result<ExchangeReply> decodeExchangeReply(const SecretBytes& bytes);

}  // namespace florin::messages
