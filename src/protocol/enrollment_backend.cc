#include "protocol/enrollment_backend.h"

#include "base/bytes.h"
#include "crypto/equal.h"
#include "crypto/p256.h"
#include "protocol/stored_fields.h"

namespace florin::protocol {

SecretBytes BackendAttempt::toBytes() const {
  return joinFields(StoredKind::kBackendAttempt,
                    {enrollmentId.view(), expectedConfirmP, aad, keys.kC2s.expose(),
                     keys.kS2c.expose(), keys.psk.expose(), keys.attestChallenge});
}

Result<BackendAttempt> BackendAttempt::fromBytes(const SecretBytes& bytes) {
  FLORIN_TRY_ASSIGN(const auto fields, splitFields(StoredKind::kBackendAttempt, bytes, 7));
  const auto enrollmentId = base::EnrollmentId::fromBytes(fields[0]);
  if (!enrollmentId.ok()) return Error(Code::kCorrupted, "stored state of enrollment");
  BackendAttempt attempt;
  attempt.enrollmentId = *enrollmentId;
  attempt.expectedConfirmP = base::toBytes(fields[1]);
  attempt.aad = base::toBytes(fields[2]);
  attempt.keys.kC2s = SecretBytes::copyOf(fields[3]);
  attempt.keys.kS2c = SecretBytes::copyOf(fields[4]);
  attempt.keys.psk = SecretBytes::copyOf(fields[5]);
  attempt.keys.attestChallenge = base::toBytes(fields[6]);
  return attempt;
}

Result<AnsweredE1> answerE1(const messages::E1& e1, ByteView e1Bytes, const Registration& record,
                            const AnswerFacts& facts, base::Random& random) {
  if (e1.version != kProtocolVersion) {
    return Error(Code::kUnsupported, "protocol version", e1.version);
  }
  FLORIN_TRY_ASSIGN(Spake2Answer answer,
                    respondSpake2(record, enrollmentNames(e1, facts.backendId), e1.shareP, random));
  messages::E2 e2;
  e2.enrollmentId = facts.enrollmentId;
  e2.shareV = std::move(answer.shareV);
  e2.confirmV = std::move(answer.confirmV);
  e2.triesLeft = facts.triesLeft;

  AnsweredE1 answered;
  answered.e2 = messages::encodeE2(e2);
  answered.attempt.enrollmentId = facts.enrollmentId;
  answered.attempt.aad = sealedAad(e1Bytes, answered.e2, answer.expectedConfirmP);
  answered.attempt.expectedConfirmP = std::move(answer.expectedConfirmP);
  answered.attempt.keys = enrollmentKeys(answer.kShared);
  return answered;
}

Result<messages::DeviceFacts> onE3(const BackendAttempt& attempt, const messages::E3& e3) {
  if (e3.enrollmentId != attempt.enrollmentId) {
    return Error(Code::kUnauthenticated, "E3 of another enrollment");
  }
  if (!crypto::equal(attempt.expectedConfirmP, e3.confirmP)) {
    return Error(Code::kUnauthenticated, "confirmP");
  }
  FLORIN_TRY_ASSIGN(const SecretBytes opened, openOnce(attempt.keys.kC2s, attempt.aad, e3.sealed));
  FLORIN_TRY_ASSIGN(messages::DeviceFacts facts, messages::decodeDeviceFacts(opened));
  FLORIN_TRY(crypto::checkP256Point(facts.devicePublicKey));
  FLORIN_TRY(crypto::checkP256Point(facts.transportPublicKey));
  return facts;
}

Bytes makeE4(const BackendAttempt& attempt, const messages::BackendFacts& facts) {
  messages::E4 e4;
  e4.sealed = sealOnce(attempt.keys.kS2c, attempt.aad, messages::encodeBackendFacts(facts));
  return messages::encodeE4(e4);
}

}  // namespace florin::protocol
