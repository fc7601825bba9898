// TwinBackend is the backend in memory for the wallet's tests: the protocol's other side with the
// rules of D5 to D7 and none of the rest. It lives on while the SDK is killed and opened again.
// For tests only.
#pragma once

#include <map>
#include <set>

#include "base/time.h"
#include "crypto/p256.h"
#include "florin/transport.h"
#include "messages/digitize.h"
#include "messages/exchange.h"
#include "messages/gateway.h"
#include "protocol/enrollment_backend.h"
#include "protocol/noise.h"

namespace florin::wallet {

class TwinBackend {
 public:
  TwinBackend(base::Clock& clock, base::Random& random);

  TransportResponse handle(const TransportRequest& request);

  // issueCode makes a card that an S1 code claims; addTypedCode registers a code of the test's.
  SecretBytes issueCode();
  void addTypedCode(std::string_view code);

  // queue adds an operation for the device.
  void queue(messages::OperationType type, const base::TokenId& card,
             messages::OperationPayload payload, bool ofDevice = false);
  void queueKeys(const base::TokenId& card, std::uint32_t count);

  // forgetWallet is what a restore from a backup of before WSE does.
  void forgetWallet() { walletKey.clear(); }

  // paymentKey is the key in clear that the backend issued.
  static Bytes paymentKey(const base::TokenId& card, std::uint32_t atc);

  struct Code {
    base::TokenId card;
    SecretBytes text;
  };

  std::map<Bytes, Code> codes;  // by codeRef
  unsigned triesLeft = 5;
  unsigned triesSpent = 0;
  std::set<Bytes> boundKeys;  // device keys that E3 bound
  bool active = false;
  std::optional<messages::CpsStatus> verdict;  // of the next reply, inside the channel
  std::optional<messages::CpsStatus> refusal;  // of the device's requests
  messages::Decision decision = messages::Decision::kGreen;
  std::optional<messages::Terms> terms;       // of the eligibility
  std::vector<std::string> digitizations;     // requests, as they came
  std::string correlationHeader;              // of the last signed request
  std::vector<messages::Ack> acks;            // as they came
  std::vector<messages::CardReport> reports;  // of the last request
  base::WalletId walletId;
  Bytes walletKey;
  std::string pushToken;
  std::string language;
  base::Duration clockAhead{0};  // how far the backend's clock is from the device's
  std::size_t pending() const { return operations_.size(); }
  std::map<base::TokenId, std::uint32_t> issuedAtc;

 private:
  struct Enrollment {
    Bytes e2;
    base::TokenId card;
    Bytes codeRef;
    std::optional<protocol::BackendAttempt> attempt;
    Bytes e3;
    Bytes e4;
  };
  struct Queued {
    std::uint64_t cardSeq = 0;
    base::TokenId card;
    messages::OperationType type = messages::OperationType::kWipe;
    SecretBytes payload;
  };

  TransportResponse refuseWith(std::int64_t code, int httpStatus, std::int64_t tries = -1);
  TransportResponse refuse(messages::CpsStatus status, std::int64_t tries = -1);
  std::optional<TransportResponse> checkSignature(const TransportRequest& request, ByteView key);
  TransportResponse wse(const TransportRequest& request);
  TransportResponse checkEligibility(const TransportRequest& request);
  TransportResponse digitize(const TransportRequest& request);
  TransportResponse e1(const TransportRequest& request);
  TransportResponse e3(const TransportRequest& request);
  TransportResponse exchange(const TransportRequest& request);
  messages::RequestResult execute(const messages::DeviceRequest& request);
  void installCard(const base::TokenId& card);
  messages::SignedBackendKey signedKey(messages::BackendKeyUse use, const base::KeyId& id,
                                       const crypto::P256Key& key);
  base::Time now() { return clock_.now() + clockAhead; }

  base::Clock& clock_;
  base::Random& random_;
  crypto::P256Key identity_;
  crypto::P256Key channel_;
  crypto::P256Key transport_;
  base::KeyId channelId_;
  base::KeyId transportId_;
  base::DeviceId deviceId_;
  Bytes devicePoint_;
  Bytes deviceTransportPoint_;
  SecretBytes psk_;
  base::TokenId firstCard_;
  std::map<Bytes, Enrollment> enrollments_;  // by shareP
  std::map<std::uint64_t, Queued> operations_;
  std::uint64_t lastOpSeq_ = 0;
  std::map<base::TokenId, std::uint64_t> cardSeq_;
  std::uint64_t lastReqSeq_ = 0;
  messages::RequestResult lastResult_;
};

}  // namespace florin::wallet
