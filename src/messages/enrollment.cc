#include "messages/enrollment.h"

#include "base/limits.h"
#include "messages/wire.h"

namespace florin::messages {

namespace limits = base::limits;

namespace {

constexpr std::size_t kCodeRefSize = 8;
constexpr std::size_t kClientNonceSize = 16;
constexpr std::size_t kConfirmSize = 32;
constexpr std::size_t kTagSize = 16;  // the least that a sealed field can be

wire::E1 withoutShare(const E1& message) {
  wire::E1 out;
  out.set_version(message.version);
  out.set_suite(static_cast<std::uint32_t>(message.suite));
  out.set_wallet_id(toField(message.walletId.view()));
  out.set_code_ref(toField(message.codeRef));
  out.set_client_nonce(toField(message.clientNonce));
  return out;
}

void writeKey(const SignedBackendKey& key, wire::SignedKey& out) {
  out.set_id(toField(key.id.view()));
  out.set_point(toField(key.point));
  out.set_signature(toField(key.signature));
}

Result<SignedBackendKey> readKey(const wire::SignedKey& in) {
  SignedBackendKey key;
  FLORIN_TRY_ASSIGN(key.id, idField<base::KeyId>(in.id()));
  FLORIN_TRY_ASSIGN(key.point, fixedField(in.point(), kPointSize));
  FLORIN_TRY_ASSIGN(key.signature, fixedField(in.signature(), kSignatureSize));
  return key;
}

}  // namespace

Bytes encodeE1(const E1& message) {
  wire::E1 out = withoutShare(message);
  out.set_share_p(toField(message.shareP));
  return serialise(out);
}

Bytes encodeE1Context(const E1& message) { return serialise(withoutShare(message)); }

Result<E1> decodeE1(ByteView bytes) {
  wire::E1 in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  if (in.version() == 0) return Error(Code::kMalformed, "no version");
  E1 message;
  message.version = in.version();
  FLORIN_TRY_ASSIGN(message.suite, enumField(in.suite(), Suite::kS1, Suite::kS2));
  FLORIN_TRY_ASSIGN(message.walletId, idField<base::WalletId>(in.wallet_id()));
  const std::size_t refSize = message.suite == Suite::kS1 ? kCodeRefSize : 0;
  FLORIN_TRY_ASSIGN(message.codeRef, fixedField(in.code_ref(), refSize));
  FLORIN_TRY_ASSIGN(message.clientNonce, fixedField(in.client_nonce(), kClientNonceSize));
  FLORIN_TRY_ASSIGN(message.shareP, fixedField(in.share_p(), kPointSize));
  return message;
}

Bytes encodeE2(const E2& message) {
  wire::E2 out;
  out.set_enrollment_id(toField(message.enrollmentId.view()));
  out.set_share_v(toField(message.shareV));
  out.set_confirm_v(toField(message.confirmV));
  out.set_tries_left(message.triesLeft);
  return serialise(out);
}

Result<E2> decodeE2(ByteView bytes) {
  wire::E2 in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  E2 message;
  FLORIN_TRY_ASSIGN(message.enrollmentId, idField<base::EnrollmentId>(in.enrollment_id()));
  FLORIN_TRY_ASSIGN(message.shareV, fixedField(in.share_v(), kPointSize));
  FLORIN_TRY_ASSIGN(message.confirmV, fixedField(in.confirm_v(), kConfirmSize));
  message.triesLeft = in.tries_left();
  return message;
}

Bytes encodeE3(const E3& message) {
  wire::E3 out;
  out.set_enrollment_id(toField(message.enrollmentId.view()));
  out.set_confirm_p(toField(message.confirmP));
  out.set_sealed(toField(message.sealed));
  return serialise(out);
}

Result<E3> decodeE3(ByteView bytes) {
  wire::E3 in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  E3 message;
  FLORIN_TRY_ASSIGN(message.enrollmentId, idField<base::EnrollmentId>(in.enrollment_id()));
  FLORIN_TRY_ASSIGN(message.confirmP, fixedField(in.confirm_p(), kConfirmSize));
  FLORIN_TRY_ASSIGN(message.sealed, bytesField(in.sealed(), kTagSize, limits::kEnrollmentMessage));
  return message;
}

SecretBytes encodeDeviceFacts(const DeviceFacts& facts) {
  Wiped<wire::DeviceFacts> out;
  out->set_device_public_key(toField(facts.devicePublicKey));
  out->set_transport_public_key(toField(facts.transportPublicKey));
  if (facts.attestation) out->set_attestation(toField(*facts.attestation));
  putSecret(*out->mutable_push_token(), facts.pushToken);
  out->set_language(facts.language);
  out->set_device_info(facts.deviceInfo);
  return serialiseSecret(*out);
}

Result<DeviceFacts> decodeDeviceFacts(const SecretBytes& bytes) {
  Wiped<wire::DeviceFacts> in;
  FLORIN_TRY(parseCanonical(*in, bytes.expose(), limits::kEnrollmentMessage));
  DeviceFacts facts;
  FLORIN_TRY_ASSIGN(facts.devicePublicKey, fixedField(in->device_public_key(), kPointSize));
  FLORIN_TRY_ASSIGN(facts.transportPublicKey, fixedField(in->transport_public_key(), kPointSize));
  if (in->has_attestation()) {
    FLORIN_TRY_ASSIGN(facts.attestation, bytesField(in->attestation(), 1, limits::kAttestation));
  }
  FLORIN_TRY_ASSIGN(facts.pushToken, pushTokenField(in->push_token()));
  FLORIN_TRY_ASSIGN(facts.language, languageField(in->language()));
  FLORIN_TRY_ASSIGN(facts.deviceInfo, textField(in->device_info(), 0, limits::kDeviceInfo));
  return facts;
}

Bytes encodeE4(const E4& message) {
  wire::E4 out;
  out.set_sealed(toField(message.sealed));
  return serialise(out);
}

Result<E4> decodeE4(ByteView bytes) {
  wire::E4 in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  E4 message;
  FLORIN_TRY_ASSIGN(message.sealed, bytesField(in.sealed(), kTagSize, limits::kEnrollmentMessage));
  return message;
}

Bytes encodeSignedKey(const SignedBackendKey& key) {
  wire::SignedKey out;
  writeKey(key, out);
  return serialise(out);
}

Result<SignedBackendKey> decodeSignedKey(ByteView bytes) {
  wire::SignedKey in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kEnrollmentMessage));
  return readKey(in);
}

Bytes signedKeyText(BackendKeyUse use, const base::KeyId& id, ByteView point) {
  const auto useByte = static_cast<std::uint8_t>(use);
  return base::concat(base::asBytes("florin backend key/1"), ByteView(&useByte, 1), id.view(),
                      point);
}

SecretBytes encodeBackendFacts(const BackendFacts& facts) {
  wire::BackendFacts out;
  out.set_device_id(toField(facts.deviceId.view()));
  writeKey(facts.channelKey, *out.mutable_channel_key());
  writeKey(facts.transportKey, *out.mutable_transport_key());
  out.set_psk_id(toField(facts.pskId.view()));
  out.set_server_time_ms(toField(facts.serverTime));
  return serialiseSecret(out);
}

Result<BackendFacts> decodeBackendFacts(const SecretBytes& bytes) {
  wire::BackendFacts in;
  FLORIN_TRY(parseCanonical(in, bytes.expose(), limits::kEnrollmentMessage));
  BackendFacts facts;
  FLORIN_TRY_ASSIGN(facts.deviceId, idField<base::DeviceId>(in.device_id()));
  FLORIN_TRY_ASSIGN(facts.channelKey, readKey(in.channel_key()));
  FLORIN_TRY_ASSIGN(facts.transportKey, readKey(in.transport_key()));
  FLORIN_TRY_ASSIGN(facts.pskId, idField<base::KeyId>(in.psk_id()));
  FLORIN_TRY_ASSIGN(facts.serverTime, timeField(in.server_time_ms()));
  return facts;
}

}  // namespace florin::messages
