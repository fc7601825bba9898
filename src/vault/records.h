// What the SDK keeps: one struct per kind of record. Those without an id are there once. All byte
// strings have the sizes of the messages that brought them.
#pragma once

#include "base/ids.h"
#include "messages/exchange.h"
#include "vault/record_codec.h"
#include "vault/vault.h"

namespace florin::vault {

// WalletRecord is the wallet instance and what WSE pinned.
enum class WseState : std::uint8_t { kRequired = 0, kStarted = 1, kCompleted = 2 };
struct WalletRecord {
  static constexpr Kind kKind = Kind::kWallet;
  base::WalletId walletId;
  SecretBytes signingKey;  // handle
  WseState wse = WseState::kRequired;
  std::string backendId;
  base::KeyId identityKeyId;
  Bytes identityKey;
  Bytes captureKey;

  static void fields(auto& visit, auto& self) {
    visit(self.walletId, self.signingKey, self.wse, self.backendId, self.identityKeyId,
          self.identityKey, self.captureKey);
  }
};

// EnrollmentRecord is an enrollment under way (D5), or the keys that the next one has to come with;
// there is none before it and after it. The code stays until E4 is stored.
enum class EnrollmentPhase : std::uint8_t {
  kCodeNeeded = 0,   // the last one was wrong
  kCodeEntered = 1,  // `code`
  kAwaitingE2 = 2,   // `code`, `state` is protocol::AwaitingE2
  kAwaitingE4 = 3,   // `code`, `state` is protocol::AwaitingE4, both keys
  kKeysKept = 4,     // none is under way; the backend may know both keys
};
struct EnrollmentRecord {
  static constexpr Kind kKind = Kind::kEnrollment;
  EnrollmentPhase phase = EnrollmentPhase::kCodeNeeded;
  SecretBytes code;
  SecretBytes state;
  SecretBytes deviceKey;     // handle
  SecretBytes transportKey;  // handle
  SecretBytes pushToken;
  std::string language;

  static void fields(auto& visit, auto& self) {
    visit(self.phase, self.code, self.state, self.deviceKey, self.transportKey, self.pushToken,
          self.language);
  }
};

// DeviceRecord is the enrolled device (E4). `active`: an exchange was answered (E5). `wiped`: Wipe
// was applied; the channel stays until its ack was answered (D7).
struct DeviceRecord {
  static constexpr Kind kKind = Kind::kDevice;
  base::DeviceId deviceId;
  SecretBytes deviceKey;     // handle: static key of the channel
  SecretBytes transportKey;  // handle: payment keys are wrapped for it
  SecretBytes psk;
  base::KeyId pskId;
  base::KeyId channelKeyId;
  Bytes channelPoint;
  bool active = false;
  bool wiped = false;

  static void fields(auto& visit, auto& self) {
    visit(self.deviceId, self.deviceKey, self.transportKey, self.psk, self.pskId, self.channelKeyId,
          self.channelPoint, self.active, self.wiped);
  }
};

// RequestsRecord numbers what the device asks for; the one in flight stands here until its result
// is stored (D7).
struct RequestsRecord {
  static constexpr Kind kKind = Kind::kRequests;
  std::uint64_t lastReqSeq = 0;
  bool inFlight = false;
  messages::RequestType type = messages::RequestType::kClaimCode;
  SecretBytes code;
  base::TokenId tokenId;
  bool force = false;

  static void fields(auto& visit, auto& self) {
    visit(self.lastReqSeq, self.inFlight, self.type, self.code, self.tokenId, self.force);
  }
};

// CardRecord is one digital card, by tokenId.
struct CardRecord {
  static constexpr Kind kKind = Kind::kCard;
  base::DigitalCardId digitalCardId;
  SecretBytes profile;
  messages::CardTarget target = messages::CardTarget::kInactive;
  std::string product;
  std::string scheme;
  std::string panLastFour;
  std::string dpanLastFour;
  std::string panExpiry;
  std::uint32_t lowWater = 0;

  static void fields(auto& visit, auto& self) {
    visit(self.digitalCardId, self.profile, self.target, self.product, self.scheme,
          self.panLastFour, self.dpanLastFour, self.panExpiry, self.lowWater);
  }
};

// PaymentKeyRecord is one single-use key, still wrapped, by tokenId, kind and running ATC.
struct PaymentKeyRecord {
  static constexpr Kind kKind = Kind::kPaymentKey;
  base::KeyId transportKeyId;
  Bytes wrapped;

  static void fields(auto& visit, auto& self) { visit(self.transportKeyId, self.wrapped); }
};

// LimitedKeyRecord is a card's limited-use key, still wrapped, by tokenId: it has one at most.
// Times are the backend's, in milliseconds since 1970.
struct LimitedKeyRecord {
  static constexpr Kind kKind = Kind::kLimitedKey;
  std::uint32_t index = 0;
  base::KeyId transportKeyId;
  Bytes wrapped;
  std::uint32_t usesLeft = 0;
  std::uint64_t expiresMs = 0;
  std::uint64_t refreshMs = 0;  // ask for the next key from then on

  static void fields(auto& visit, auto& self) {
    visit(self.index, self.transportKeyId, self.wrapped, self.usesLeft, self.expiresMs,
          self.refreshMs);
  }
};

// IccKeyRecord is a card's own key for offline data authentication, still wrapped, by tokenId.
struct IccKeyRecord {
  static constexpr Kind kKind = Kind::kIccKey;
  std::uint32_t number = 0;
  base::KeyId transportKeyId;
  Bytes wrapped;

  static void fields(auto& visit, auto& self) {
    visit(self.number, self.transportKeyId, self.wrapped);
  }
};

// PendingActivationRecord is a card whose issuer wants to know the cardholder, by digitalCardId, as
// the gateway last told it.
struct PendingActivationRecord {
  static constexpr Kind kKind = Kind::kPendingActivation;
  std::string state;  // messages::encodeIdvState

  static void fields(auto& visit, auto& self) { visit(self.state); }
};

// TransportKeyRecord is a backend key that stored keys are wrapped with, by its id.
struct TransportKeyRecord {
  static constexpr Kind kKind = Kind::kTransportKey;
  Bytes point;

  static void fields(auto& visit, auto& self) { visit(self.point); }
};

// AckRecord waits until the backend has it, by opSeq in 8 bytes.
struct AckRecord {
  static constexpr Kind kKind = Kind::kAck;
  messages::AckVerdict verdict = messages::AckVerdict::kApplied;
  std::uint32_t reason = 0;

  static void fields(auto& visit, auto& self) { visit(self.verdict, self.reason); }
};

struct DefaultCardRecord {
  static constexpr Kind kKind = Kind::kDefaultCard;
  base::TokenId tokenId;

  static void fields(auto& visit, auto& self) { visit(self.tokenId); }
};

// CounterRecord is the highest ATC that a card has used, by tokenId. It outlives the card (I2).
struct CounterRecord {
  static constexpr Kind kKind = Kind::kCounter;
  std::uint32_t lastAtc = 0;

  static void fields(auto& visit, auto& self) { visit(self.lastAtc); }
};

// CardSequenceRecord is the last cardSeq applied to a card, by tokenId. It outlives the card, so
// that an old operation does not bring a deleted card back (I4).
struct CardSequenceRecord {
  static constexpr Kind kKind = Kind::kCardSequence;
  std::uint64_t cardSeq = 0;

  static void fields(auto& visit, auto& self) { visit(self.cardSeq); }
};

// PushTokenRecord is the push token that the backend has, or is told by the request in flight.
struct PushTokenRecord {
  static constexpr Kind kKind = Kind::kPushToken;
  SecretBytes token;

  static void fields(auto& visit, auto& self) { visit(self.token); }
};

// RetiredKeyRecord is a key that is to be removed from the platform's key store, by
// HMAC-SHA-256(handle, "florin retired key/1").
struct RetiredKeyRecord {
  static constexpr Kind kKind = Kind::kRetiredKey;
  SecretBytes key;  // handle

  static void fields(auto& visit, auto& self) { visit(self.key); }
};

// PollRecord says when the wallet asks for what waits without being told to (wallet-api 4). Times
// are of the device's own clock.
struct PollRecord {
  static constexpr Kind kKind = Kind::kPoll;
  std::uint64_t dueAtMs = 0;   // since 1970
  std::uint32_t failures = 0;  // polls in a row that the backend did not answer
  bool pushesMissed = false;   // a poll found what no push had announced

  static void fields(auto& visit, auto& self) {
    visit(self.dueAtMs, self.failures, self.pushesMissed);
  }
};

// readRecord gives a record, or nothing when there is none.
template <class Record>
Result<std::optional<Record>> readRecord(const Vault& vault, ByteView id = {}) {
  const SecretBytes* bytes = vault.find(Record::kKind, id);
  if (bytes == nullptr) return std::optional<Record>();
  FLORIN_TRY_ASSIGN(Record record, decodeRecord<Record>(*bytes));
  return std::optional<Record>(std::move(record));
}

template <class Record>
void putRecord(Transaction& transaction, const Record& record, ByteView id = {}) {
  transaction.put(Record::kKind, id, encodeRecord(record));
}

template <class Record>
void eraseRecord(Transaction& transaction, ByteView id = {}) {
  transaction.erase(Record::kKind, id);
}

// eraseAll erases every record of a kind whose id starts with `prefix`.
inline void eraseAll(Transaction& transaction, const Vault& vault, Kind kind,
                     ByteView prefix = {}) {
  for (const Vault::Item& item : vault.list(kind, prefix)) transaction.erase(kind, item.id);
}

}  // namespace florin::vault
