// The backend's side of enrollment (D5): answers as values. Counting tries, expiry, storage and the
// wallet's signature are the caller's (cps); E2 and E4 are stored as bytes and repeated.
#pragma once

#include <string_view>

#include "base/random.h"
#include "messages/enrollment.h"
#include "protocol/enrollment_transcript.h"

namespace florin::protocol {

// BackendAttempt is what must be kept, sealed, from the answer to E1 until the device is ACTIVE.
struct BackendAttempt {
  base::EnrollmentId enrollmentId;
  Bytes expectedConfirmP;
  Bytes aad;
  EnrollmentKeys keys;

  // toBytes is for the store; fromBytes reads it back. kCorrupted: it is not what toBytes gave.
  [[nodiscard]] SecretBytes toBytes() const;
  static Result<BackendAttempt> fromBytes(const SecretBytes& bytes);
};

struct AnswerFacts {
  std::string_view backendId;
  base::EnrollmentId enrollmentId;
  std::uint32_t triesLeft = 0;  // after this one
};

struct AnsweredE1 {
  Bytes e2;
  BackendAttempt attempt;
};

// answerE1 answers a shareP that was not answered before; the caller counts the try and stores both
// before E2 leaves. `e1Bytes` is what came, `e1` what it decodes to. kUnsupported: another protocol
// version. kMalformed: shareP is no point of the curve. kCorrupted: the record is not one.
Result<AnsweredE1> answerE1(const messages::E1& e1, ByteView e1Bytes, const Registration& record,
                            const AnswerFacts& facts, base::Random& random);

// onE3 checks confirmP and opens the device's facts; both points are on the curve.
// kUnauthenticated: not of this attempt, or the device did not know the code. kMalformed: the facts
// have not their form.
Result<messages::DeviceFacts> onE3(const BackendAttempt& attempt, const messages::E3& e3);

// makeE4 seals the backend's facts under K_s2c: once per attempt. The bytes are stored and
// repeated; a second call with other facts would break the seal.
Bytes makeE4(const BackendAttempt& attempt, const messages::BackendFacts& facts);

}  // namespace florin::protocol
