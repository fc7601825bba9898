#include "messages/exchange.h"

#include "base/limits.h"
#include "base/running_atc.h"
#include "messages/wire.h"

namespace florin::messages {

namespace limits = base::limits;

namespace {

constexpr std::size_t kScalarSize = 32;
constexpr std::size_t kLeastNoise = kPointSize + 16;  // an ephemeral key and a tag

Error malformed(Literal text) { return {Code::kMalformed, text}; }

void writeRequest(const DeviceRequest& request, wire::DeviceRequest& out) {
  out.set_req_seq(request.reqSeq);
  out.set_type(static_cast<std::uint32_t>(request.type));
  putSecret(*out.mutable_code(), request.code);
  out.set_token_id(toOptionalField(request.tokenId));
  out.set_force(request.force);
  putSecret(*out.mutable_push_token(), request.pushToken);
  out.set_language(request.language);
  putSecret(*out.mutable_w0(), request.w0);
  putSecret(*out.mutable_w1(), request.w1);
}

// Each type has its own fields; the others are absent.
Status checkFieldsOfType(const wire::DeviceRequest& in, RequestType type) {
  const bool hasS1 = !in.code().empty();
  const bool hasS2 = !in.w0().empty() || !in.w1().empty();
  const bool hasCode = hasS1 || hasS2;
  const bool hasCard = !in.token_id().empty();
  const bool hasUpdate = !in.push_token().empty() || !in.language().empty();
  bool right = false;
  switch (type) {
    case RequestType::kClaimCode:
      right = hasS1 != hasS2 && !hasCard && !in.force() && !hasUpdate;
      break;
    case RequestType::kReplenish: right = !hasCode && hasCard && !hasUpdate; break;
    case RequestType::kUpdateDevice: right = !hasCode && !hasCard && !in.force(); break;
  }
  if (!right) return malformed("fields of another type of request");
  return {};
}

Result<DeviceRequest> readRequest(const wire::DeviceRequest& in) {
  if (in.req_seq() == 0) return malformed("request numbers begin at 1");
  DeviceRequest request;
  request.reqSeq = in.req_seq();
  FLORIN_TRY_ASSIGN(request.type,
                    enumField(in.type(), RequestType::kClaimCode, RequestType::kUpdateDevice));
  FLORIN_TRY(checkFieldsOfType(in, request.type));
  const std::size_t least = in.code().empty() ? 0 : limits::kCodeMin;
  FLORIN_TRY_ASSIGN(request.code, secretField(in.code(), least, limits::kCodeMax));
  const std::size_t scalar = in.w0().empty() && in.w1().empty() ? 0 : kScalarSize;
  FLORIN_TRY_ASSIGN(request.w0, secretField(in.w0(), scalar, scalar));
  FLORIN_TRY_ASSIGN(request.w1, secretField(in.w1(), scalar, scalar));
  FLORIN_TRY_ASSIGN(request.tokenId, optionalIdField<base::TokenId>(in.token_id()));
  request.force = in.force();
  FLORIN_TRY_ASSIGN(request.pushToken, pushTokenField(in.push_token()));
  FLORIN_TRY_ASSIGN(request.language, languageField(in.language()));
  return request;
}

Result<Ack> readAck(const wire::Ack& in) {
  if (in.op_seq() == 0) return malformed("operation numbers begin at 1");
  Ack ack;
  ack.opSeq = in.op_seq();
  FLORIN_TRY_ASSIGN(ack.verdict,
                    enumField(in.verdict(), AckVerdict::kApplied, AckVerdict::kCannotApply));
  ack.reason = in.reason();
  if (ack.verdict == AckVerdict::kApplied && ack.reason != 0) {
    return malformed("a reason for what was applied");
  }
  return ack;
}

Result<CardReport> readCard(const wire::CardReport& in) {
  if (in.last_atc() >= base::kLastPsn * base::kAtcsPerPsn) return malformed("no such ATC");
  CardReport card;
  FLORIN_TRY_ASSIGN(card.tokenId, idField<base::TokenId>(in.token_id()));
  card.lastAtc = in.last_atc();
  card.keysLeft = in.keys_left();
  return card;
}

void writeResult(const RequestResult& result, wire::RequestResult& out) {
  out.set_req_seq(result.reqSeq);
  out.set_status(static_cast<std::uint32_t>(result.status));
  if (result.triesLeft) out.set_tries_left(*result.triesLeft);
  out.set_token_id(toOptionalField(result.tokenId));
}

Result<CpsStatus> statusField(std::uint32_t number) {
  const std::optional<CpsStatus> status = cpsStatusFrom(number);
  if (!status) return Error(Code::kMalformed, "unknown status", number);
  return *status;
}

Result<LockReason> lockReasonField(std::uint32_t number) {
  if (number > static_cast<std::uint32_t>(LockReason::ACCOUNT_CLOSED)) {
    return malformed("unknown lock reason");
  }
  return static_cast<LockReason>(number);
}

Result<RequestResult> readResult(const wire::RequestResult& in) {
  if (in.req_seq() == 0) return malformed("request numbers begin at 1");
  RequestResult result;
  result.reqSeq = in.req_seq();
  FLORIN_TRY_ASSIGN(result.status, statusField(in.status()));
  if (in.has_tries_left()) result.triesLeft = in.tries_left();
  FLORIN_TRY_ASSIGN(result.tokenId, optionalIdField<base::TokenId>(in.token_id()));
  return result;
}

// A card's operation has a place in the card's order, the device's has none.
Result<DeliveredOperation> readOperation(const wire::DeliveredOperation& in) {
  if (in.op_seq() == 0) return malformed("operation numbers begin at 1");
  DeliveredOperation operation;
  operation.opSeq = in.op_seq();
  operation.cardSeq = in.card_seq();
  FLORIN_TRY_ASSIGN(operation.tokenId, optionalIdField<base::TokenId>(in.token_id()));
  if ((operation.cardSeq == 0) != (operation.tokenId == base::TokenId())) {
    return malformed("card and place in its order go together");
  }
  FLORIN_TRY_ASSIGN(operation.type,
                    enumField(in.type(), OperationType::kInstallCard, OperationType::kWipe));
  FLORIN_TRY_ASSIGN(operation.payload, secretField(in.payload(), 0, limits::kNoiseMessage));
  return operation;
}

Result<Bytes> challengeField(const std::string& in) {
  return in.empty() ? Bytes() : fixedField(in, kChallengeSize);
}

}  // namespace

Bytes encodeExchangeEnvelope(const ExchangeEnvelope& envelope) {
  wire::ExchangeEnvelope out;
  out.set_version(envelope.version);
  out.set_device_id(toField(envelope.deviceId.view()));
  out.set_channel_key_id(toOptionalField(envelope.channelKeyId));
  out.set_noise(toField(envelope.noise));
  out.set_ticket(toField(envelope.ticket));
  return serialise(out);
}

Result<ExchangeEnvelope> decodeExchangeEnvelope(ByteView bytes) {
  wire::ExchangeEnvelope in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kExchangeBody));
  if (in.version() == 0) return malformed("no version");
  ExchangeEnvelope envelope;
  envelope.version = in.version();
  FLORIN_TRY_ASSIGN(envelope.deviceId, idField<base::DeviceId>(in.device_id()));
  FLORIN_TRY_ASSIGN(envelope.channelKeyId, optionalIdField<base::KeyId>(in.channel_key_id()));
  FLORIN_TRY_ASSIGN(envelope.noise, bytesField(in.noise(), kLeastNoise, limits::kNoiseMessage));
  FLORIN_TRY_ASSIGN(envelope.ticket, bytesField(in.ticket(), 0, limits::kTicket));
  if (envelope.ticket.empty() == (envelope.channelKeyId == base::KeyId())) {
    return malformed("an exchange names a channel key or brings a ticket");
  }
  return envelope;
}

SecretBytes encodeDeviceRequest(const DeviceRequest& request) {
  Wiped<wire::ExchangeRequest> out;  // it wipes the request that it holds
  writeRequest(request, *out->mutable_request());
  return serialiseSecret(out->request());
}

SecretBytes encodeExchangeRequest(const ExchangeRequest& request) {
  Wiped<wire::ExchangeRequest> out;
  out->set_device_time_ms(toField(request.deviceTime));
  out->set_vault_generation(request.vaultGeneration);
  if (request.request) writeRequest(*request.request, *out->mutable_request());
  for (const Ack& ack : request.acks) {
    wire::Ack& field = *out->add_acks();
    field.set_op_seq(ack.opSeq);
    field.set_verdict(static_cast<std::uint32_t>(ack.verdict));
    field.set_reason(ack.reason);
  }
  for (const CardReport& card : request.cards) {
    wire::CardReport& field = *out->add_cards();
    field.set_token_id(toField(card.tokenId.view()));
    field.set_last_atc(card.lastAtc);
    field.set_keys_left(card.keysLeft);
  }
  out->set_challenge(toField(request.challenge));
  return serialiseSecret(*out);
}

Result<ExchangeRequest> decodeExchangeRequest(const SecretBytes& bytes) {
  Wiped<wire::ExchangeRequest> in;
  FLORIN_TRY(parseCanonical(*in, bytes.expose(), limits::kNoiseMessage));
  if (static_cast<std::size_t>(in->acks_size()) > limits::kAcksPerExchange ||
      static_cast<std::size_t>(in->cards_size()) > limits::kCardsPerWallet) {
    return malformed("too many acks or cards");
  }
  ExchangeRequest request;
  FLORIN_TRY_ASSIGN(request.deviceTime, timeField(in->device_time_ms()));
  request.vaultGeneration = in->vault_generation();
  if (in->has_request()) {
    FLORIN_TRY_ASSIGN(request.request, readRequest(in->request()));
  }
  for (const wire::Ack& field : in->acks()) {
    FLORIN_TRY_ASSIGN(const Ack ack, readAck(field));
    request.acks.push_back(ack);
  }
  for (const wire::CardReport& field : in->cards()) {
    FLORIN_TRY_ASSIGN(const CardReport card, readCard(field));
    request.cards.push_back(card);
  }
  FLORIN_TRY_ASSIGN(request.challenge, challengeField(in->challenge()));
  return request;
}

Bytes encodeRequestResult(const RequestResult& result) {
  wire::RequestResult out;
  writeResult(result, out);
  return serialise(out);
}

Result<RequestResult> decodeRequestResult(ByteView bytes) {
  wire::RequestResult in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  return readResult(in);
}

SecretBytes encodeExchangeReply(const ExchangeReply& reply) {
  Wiped<wire::ExchangeReply> out;
  out->set_status(static_cast<std::uint32_t>(reply.status));
  out->set_server_time_ms(toField(reply.serverTime));
  if (reply.result) writeResult(*reply.result, *out->mutable_result());
  for (const DeliveredOperation& operation : reply.operations) {
    wire::DeliveredOperation& field = *out->add_operations();
    field.set_op_seq(operation.opSeq);
    field.set_card_seq(operation.cardSeq);
    field.set_token_id(toOptionalField(operation.tokenId));
    field.set_type(static_cast<std::uint32_t>(operation.type));
    putSecret(*field.mutable_payload(), operation.payload);
  }
  out->set_more(reply.more);
  out->set_ticket(toField(reply.ticket));
  out->set_challenge(toField(reply.challenge));
  out->set_next_req_seq(reply.nextReqSeq);
  out->set_lock_reason(static_cast<std::uint32_t>(reply.lockReason));
  return serialiseSecret(*out);
}

Result<ExchangeReply> decodeExchangeReply(const SecretBytes& bytes) {
  Wiped<wire::ExchangeReply> in;
  FLORIN_TRY(parseCanonical(*in, bytes.expose(), limits::kNoiseMessage));
  if (static_cast<std::size_t>(in->operations_size()) > limits::kOperationsPerExchange) {
    return malformed("too many operations");
  }
  ExchangeReply reply;
  FLORIN_TRY_ASSIGN(reply.status, statusField(in->status()));
  FLORIN_TRY_ASSIGN(reply.serverTime, timeField(in->server_time_ms()));
  if (in->has_result()) {
    FLORIN_TRY_ASSIGN(reply.result, readResult(in->result()));
  }
  for (const wire::DeliveredOperation& field : in->operations()) {
    FLORIN_TRY_ASSIGN(DeliveredOperation operation, readOperation(field));
    reply.operations.push_back(std::move(operation));
  }
  reply.more = in->more();
  FLORIN_TRY_ASSIGN(reply.ticket, bytesField(in->ticket(), 0, limits::kTicket));
  FLORIN_TRY_ASSIGN(reply.challenge, challengeField(in->challenge()));
  reply.nextReqSeq = in->next_req_seq();
  FLORIN_TRY_ASSIGN(reply.lockReason, lockReasonField(in->lock_reason()));
  const bool says = reply.status != CpsStatus::kOk || reply.result || !reply.operations.empty() ||
                    reply.nextReqSeq != 0 || reply.lockReason != LockReason::NONE;
  if (!reply.challenge.empty() && says) return malformed("a challenge comes alone");
  return reply;
}

}  // namespace florin::messages
