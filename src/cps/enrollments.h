// Enrollments: E1 to E4 at the backend (D5). Answers are stored as bytes and repeated, so that a
// device that was interrupted gets what it was sent before, and nothing is counted or sealed twice.
#pragma once

#include "cps/activation_codes.h"
#include "cps/attestation.h"
#include "cps/backend.h"
#include "messages/enrollment.h"
#include "protocol/enrollment_backend.h"

namespace florin::cps {

class Enrollments {
 public:
  // make signs the channel and transport keys once, so that an enrollment costs no signature. The
  // verifier is borrowed.
  static Result<Enrollments> make(Backend& backend, ActivationCodes& codes,
                                  const Attestation& attestation);

  // answer gives E2 for E1, which came signed by `wallet`. A new shareP costs one try, counted in
  // the unit that stores its answer (I3). `triesLeft` is set when the refusal has a number to tell.
  Result<Bytes> answer(const records::Wallet& wallet, ByteView e1,
                       std::optional<std::uint32_t>& triesLeft);

  // finish gives E4 for E3 and binds the code to the device key. The same E3 again gets the same
  // E4; another one is kInvalidConversation; another device key on a bound code is kWalletEnrolled.
  Result<Bytes> finish(const records::Wallet& wallet, const base::EnrollmentId& enrollmentId,
                       ByteView e3);

 private:
  struct SignedKeys {
    messages::SignedBackendKey channel;
    messages::SignedBackendKey transport;
  };
  Enrollments(Backend& backend, ActivationCodes& codes, const Attestation& attestation,
              SignedKeys keys)
      : backend_(&backend), codes_(&codes), attestation_(attestation), keys_(std::move(keys)) {}

  Error noSuchCode(const records::Wallet& wallet, std::optional<std::uint32_t>& triesLeft);
  Status storeAnswer(const records::Wallet& wallet, const records::ActivationCode& code,
                     const records::Enrollment& row);
  // What the store knows when an E3 comes.
  struct Stored {
    std::optional<records::Enrollment> row;
    std::optional<records::Device> device;  // the wallet's, from an earlier enrollment
  };

  Result<records::Device> makeDevice(const records::Wallet& wallet, const Stored& stored,
                                     const protocol::BackendAttempt& attempt,
                                     messages::DeviceFacts facts);
  Status checkAttestation(const protocol::BackendAttempt& attempt,
                          const messages::DeviceFacts& facts);
  Status bind(const records::Enrollment& row, const records::Device& device);

  Backend* backend_;
  ActivationCodes* codes_;
  Attestation attestation_;
  SignedKeys keys_;
};

}  // namespace florin::cps
