#include "protocol/enrollment_device.h"

#include "base/bytes.h"
#include "crypto/p256.h"
#include "protocol/code.h"
#include "protocol/stored_fields.h"

namespace florin::protocol {
namespace {

constexpr std::size_t kClientNonceSize = 16;

}  // namespace

SecretBytes AwaitingE2::toBytes() const {
  return joinFields(StoredKind::kAwaitingE2, {base::asBytes(backendId), secrets.w0.expose(),
                                              secrets.w1.expose(), x.expose(), e1});
}

Result<AwaitingE2> AwaitingE2::fromBytes(const SecretBytes& bytes) {
  FLORIN_TRY_ASSIGN(const auto fields, splitFields(StoredKind::kAwaitingE2, bytes, 5));
  AwaitingE2 state;
  state.backendId = base::asText(fields[0]);
  state.secrets.w0 = SecretBytes::copyOf(fields[1]);
  state.secrets.w1 = SecretBytes::copyOf(fields[2]);
  state.x = SecretBytes::copyOf(fields[3]);
  state.e1 = base::toBytes(fields[4]);
  return state;
}

Result<AwaitingE2> startEnrollment(const SecretBytes& code, const base::WalletId& walletId,
                                   std::string_view backendId, base::Random& random) {
  FLORIN_TRY_ASSIGN(ParsedCode parsed, parseCode(code));
  AwaitingE2 state;
  state.backendId = backendId;
  FLORIN_TRY_ASSIGN(state.secrets, deriveSecrets(code, walletId, backendId));
  FLORIN_TRY_ASSIGN(const Spake2Prover prover, Spake2Prover::start(state.secrets, random));
  state.x = prover.x();
  messages::E1 e1;
  e1.version = kProtocolVersion;
  e1.suite = parsed.suite;
  e1.walletId = walletId;
  e1.codeRef = std::move(parsed.codeRef);
  e1.clientNonce = random.bytes(kClientNonceSize);
  e1.shareP = prover.shareP();
  state.e1 = messages::encodeE1(e1);
  return state;
}

Result<std::variant<ReadyForE3, WrongCode>> onE2(const AwaitingE2& state, ByteView e2) {
  using Outcome = std::variant<ReadyForE3, WrongCode>;
  FLORIN_TRY_ASSIGN(const messages::E1 sent, messages::decodeE1(state.e1));
  FLORIN_TRY_ASSIGN(const messages::E2 answer, messages::decodeE2(e2));
  FLORIN_TRY_ASSIGN(Spake2Prover prover, Spake2Prover::resume(state.secrets, state.x));
  auto confirmed = std::move(prover).finish(enrollmentNames(sent, state.backendId), answer.shareV,
                                            answer.confirmV);
  if (!confirmed.ok()) {
    if (confirmed.error().code() != Code::kUnauthenticated) return confirmed.error();
    return Outcome(WrongCode{answer.triesLeft});
  }
  ReadyForE3 ready;
  ready.enrollmentId = answer.enrollmentId;
  ready.aad = sealedAad(state.e1, e2, confirmed->confirmP);
  ready.confirmP = std::move(confirmed->confirmP);
  ready.keys = enrollmentKeys(confirmed->kShared);
  return Outcome(std::move(ready));
}

SecretBytes AwaitingE4::toBytes() const {
  return joinFields(StoredKind::kAwaitingE4,
                    {enrollmentId.view(), kS2c.expose(), psk.expose(), aad, e3});
}

Result<AwaitingE4> AwaitingE4::fromBytes(const SecretBytes& bytes) {
  FLORIN_TRY_ASSIGN(const auto fields, splitFields(StoredKind::kAwaitingE4, bytes, 5));
  const auto enrollmentId = base::EnrollmentId::fromBytes(fields[0]);
  if (!enrollmentId.ok()) return Error(Code::kCorrupted, "stored state of enrollment");
  AwaitingE4 state;
  state.enrollmentId = *enrollmentId;
  state.kS2c = SecretBytes::copyOf(fields[1]);
  state.psk = SecretBytes::copyOf(fields[2]);
  state.aad = base::toBytes(fields[3]);
  state.e3 = base::toBytes(fields[4]);
  return state;
}

AwaitingE4 makeE3(ReadyForE3&& state, const messages::DeviceFacts& facts) {
  ReadyForE3 used = std::move(state);  // K_c2s ends with this call
  messages::E3 e3;
  e3.enrollmentId = used.enrollmentId;
  e3.confirmP = std::move(used.confirmP);
  e3.sealed = sealOnce(used.keys.kC2s, used.aad, messages::encodeDeviceFacts(facts));
  AwaitingE4 next;
  next.enrollmentId = used.enrollmentId;
  next.kS2c = std::move(used.keys.kS2c);
  next.psk = std::move(used.keys.psk);
  next.aad = std::move(used.aad);
  next.e3 = messages::encodeE3(e3);
  return next;
}

Status checkBackendKey(const messages::SignedBackendKey& key, messages::BackendKeyUse use,
                       ByteView identityPoint) {
  FLORIN_TRY_ASSIGN(const auto identity, crypto::P256PublicKey::fromPoint(identityPoint));
  FLORIN_TRY(crypto::checkP256Point(key.point));
  return identity.verify(messages::signedKeyText(use, key.id, key.point), key.signature);
}

Result<Enrolled> onE4(const AwaitingE4& state, ByteView e4, ByteView identityPoint) {
  FLORIN_TRY_ASSIGN(const messages::E4 message, messages::decodeE4(e4));
  FLORIN_TRY_ASSIGN(const SecretBytes opened, openOnce(state.kS2c, state.aad, message.sealed));
  FLORIN_TRY_ASSIGN(messages::BackendFacts facts, messages::decodeBackendFacts(opened));
  FLORIN_TRY(checkBackendKey(facts.channelKey, messages::BackendKeyUse::kChannel, identityPoint));
  FLORIN_TRY(
      checkBackendKey(facts.transportKey, messages::BackendKeyUse::kTransport, identityPoint));
  return Enrolled{std::move(facts), state.psk.clone()};
}

}  // namespace florin::protocol
