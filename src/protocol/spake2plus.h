// SPAKE2+ (RFC 9383), suite P256-SHA256-HKDF-SHA256-HMAC-SHA256: the device (prover) knows a code,
// the backend (verifier) a record made from it, and neither can be tried off line. This file is the
// RFC and nothing of Florin: codes are in code.h, contexts in enrollment_transcript.h. Points are
// 65 bytes uncompressed, scalars and keys 32 bytes.
#pragma once

#include <string>

#include "base/random.h"
#include "crypto/p256_math.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::protocol {

// Spake2Names is what both sides must agree on besides the code.
struct Spake2Names {
  Bytes context;
  Bytes idProver;
  Bytes idVerifier;
};

// Spake2Secrets is what the prover knows: two scalars made from the code.
struct Spake2Secrets {
  SecretBytes w0;
  SecretBytes w1;
};

// Registration is the verifier's record of a code: (w0, L = w1 * G). It cannot stand in for the
// code, but it lets its holder try codes off line, so it is kept sealed.
struct Registration {
  SecretBytes w0;
  Bytes l;

  // toBytes gives w0 || L, 97 bytes. fromBytes: kCorrupted when it is not that.
  [[nodiscard]] SecretBytes toBytes() const;
  static Result<Registration> fromBytes(const SecretBytes& bytes);
};

// makeRegistration: kInvalidArgument when a secret is not a scalar from 1 to n - 1.
Result<Registration> makeRegistration(const Spake2Secrets& secrets);

// Spake2Prover has sent shareP. It can be made again from the stored x, so that a device that was
// interrupted sends the same share.
class Spake2Prover {
 public:
  // start draws x. resume takes a stored one; kInvalidArgument for what is not a scalar.
  static Result<Spake2Prover> start(const Spake2Secrets& secrets, base::Random& random);
  static Result<Spake2Prover> resume(const Spake2Secrets& secrets, const SecretBytes& x);

  [[nodiscard]] const Bytes& shareP() const { return shareP_; }
  [[nodiscard]] SecretBytes x() const { return x_.toBytes(); }

  struct Confirmed {
    Bytes confirmP;  // to be sent
    SecretBytes kShared;
  };

  // finish checks the verifier's answer. kMalformed: shareV is no point of the curve, or one that
  // leaves no secret. kUnauthenticated: confirmV is wrong, which is how a wrong code shows.
  Result<Confirmed> finish(const Spake2Names& names, ByteView shareV, ByteView confirmV) &&;

 private:
  Spake2Prover(crypto::Scalar w0, crypto::Scalar w1, crypto::Scalar x, Bytes shareP)
      : w0_(std::move(w0)), w1_(std::move(w1)), x_(std::move(x)), shareP_(std::move(shareP)) {}

  crypto::Scalar w0_;
  crypto::Scalar w1_;
  crypto::Scalar x_;
  Bytes shareP_;
};

// Spake2Answer is the verifier's whole state: it is stored, and kShared may be used once a confirmP
// equals expectedConfirmP (compare with crypto::equal).
struct Spake2Answer {
  Bytes shareV;
  Bytes confirmV;
  Bytes expectedConfirmP;
  SecretBytes kShared;
};

// respondSpake2 answers shareP with a fresh y. kMalformed: shareP is no point of the curve, or one
// that leaves no secret. kCorrupted: the record is not one. Never answer one shareP with two ys to
// the same guess for free: the caller counts tries (I3).
Result<Spake2Answer> respondSpake2(const Registration& record, const Spake2Names& names,
                                   ByteView shareP, base::Random& random);

}  // namespace florin::protocol
