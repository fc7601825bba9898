// The device's side of enrollment (D5): E1 to E4 as values. Each state is stored before its message
// is sent; after an interruption the stored one is taken up where it was, and the same bytes are
// sent again. Nothing here does I/O or knows the time.
//
//   startEnrollment -> AwaitingE2 --E2--> ReadyForE3 -> AwaitingE4 --E4--> Enrolled
//                                  `----> WrongCode
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/random.h"
#include "messages/enrollment.h"
#include "protocol/enrollment_transcript.h"

namespace florin::protocol {

// AwaitingE2: E1 goes out, or goes out again. Durable before the first send.
struct AwaitingE2 {
  std::string backendId;
  Spake2Secrets secrets;  // of the code
  SecretBytes x;
  Bytes e1;  // the body of POST /cps/v1/enrollments

  // toBytes is for the vault; fromBytes reads it back. kCorrupted: it is not what toBytes gave.
  [[nodiscard]] SecretBytes toBytes() const;
  static Result<AwaitingE2> fromBytes(const SecretBytes& bytes);
};

// startEnrollment makes E1. kInvalidArgument: the code has not its form (code.h).
Result<AwaitingE2> startEnrollment(const SecretBytes& code, const base::WalletId& walletId,
                                   std::string_view backendId, base::Random& random);

// WrongCode: the backend has another record. The attempt is over; status 554.
struct WrongCode {
  std::uint32_t triesLeft = 0;
};

// ReadyForE3: the backend knows the code. Not stored: after a crash E1 is sent again and E2 comes
// again. `keys.attestChallenge` is what the device's keys attest to.
struct ReadyForE3 {
  base::EnrollmentId enrollmentId;
  Bytes confirmP;
  Bytes aad;
  EnrollmentKeys keys;
};

// onE2 reads the answer to E1. kMalformed: it is no E2. The state is kept by the caller, because an
// answer that was not for us changes nothing.
Result<std::variant<ReadyForE3, WrongCode>> onE2(const AwaitingE2& state, ByteView e2);

// AwaitingE4: E3 goes out, or goes out again, always the same bytes. Durable, with the handles of
// the device's keys, before the first send.
struct AwaitingE4 {
  base::EnrollmentId enrollmentId;
  SecretBytes kS2c;
  SecretBytes psk;
  Bytes aad;
  Bytes e3;  // the body of POST /cps/v1/enrollments/{enrollmentId}/finish

  // toBytes is for the vault; fromBytes reads it back. kCorrupted: it is not what toBytes gave.
  [[nodiscard]] SecretBytes toBytes() const;
  static Result<AwaitingE4> fromBytes(const SecretBytes& bytes);
};

// makeE3 seals the facts under K_c2s and consumes the key: it seals nothing else.
AwaitingE4 makeE3(ReadyForE3&& state, const messages::DeviceFacts& facts);

// Enrolled is what the exchange needs (D6). Durable before the first exchange; then the code and
// all earlier states are erased.
struct Enrolled {
  messages::BackendFacts facts;
  SecretBytes psk;
};

// onE4 opens the backend's facts and checks that the key pinned at WSE signed both keys.
// kUnauthenticated: seal or a signature is wrong. kMalformed: it is no E4, or a key is no point.
// The state is kept, as in onE2.
Result<Enrolled> onE4(const AwaitingE4& state, ByteView e4, ByteView identityPoint);

// checkBackendKey: kUnauthenticated when the identity key did not sign it for this use, kMalformed
// when it is no point of the curve.
Status checkBackendKey(const messages::SignedBackendKey& key, messages::BackendKeyUse use,
                       ByteView identityPoint);

}  // namespace florin::protocol
