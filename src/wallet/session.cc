#include "wallet/session.h"

#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "protocol/code.h"
#include "protocol/exchange.h"
#include "wallet/requests.h"
#include "wallet/retired_keys.h"

namespace florin::wallet {
namespace {

namespace limits = base::limits;
using vault::Vault;

// DeviceStaticKey is the device's channel key, wherever it lives.
class DeviceStaticKey : public protocol::StaticKey {
 public:
  DeviceStaticKey(DeviceKeys& keys, KeyHandle handle, Bytes point)
      : keys_(keys), handle_(std::move(handle)), point_(std::move(point)) {}
  [[nodiscard]] Bytes publicPoint() const override { return point_; }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const override {
    return keys_.agree(handle_, peerPoint);
  }

 private:
  DeviceKeys& keys_;
  KeyHandle handle_;
  Bytes point_;
};

// Round is one exchange under way.
struct Round {
  bool followUp = false;
  base::DeviceId deviceId;
  base::Time keyed;
  crypto::Digest bodyHash{};             // of what was sent
  Bytes identityKey;                     // pinned at WSE
  std::unique_ptr<DeviceStaticKey> key;  // the initiator borrows it
  std::optional<protocol::ExchangeInitiator> initiator;
  std::vector<std::uint64_t> acks;  // those that this request carries
  std::uint64_t reqSeq = 0;         // 0: carries no request
};

struct Prepared {
  vault::DeviceRecord device;
  base::WalletId walletId;
  std::string backendId;
  Bytes identityKey;
  messages::ExchangeRequest request;
};

Status addRequest(const Vault& vault, messages::ExchangeRequest& out) {
  FLORIN_TRY_ASSIGN(auto requests, vault::readRecord<vault::RequestsRecord>(vault));
  if (!requests || !requests->inFlight) return {};
  messages::DeviceRequest request;
  request.reqSeq = requests->lastReqSeq;
  request.type = requests->type;
  request.code = std::move(requests->code);
  request.tokenId = requests->tokenId;
  request.force = requests->force;
  if (requests->type == messages::RequestType::kUpdateDevice) {
    FLORIN_TRY_ASSIGN(auto push, vault::readRecord<vault::PushTokenRecord>(vault));
    if (push) request.pushToken = std::move(push->token);
  }
  out.request = std::move(request);
  return {};
}

Status addReports(const Vault& vault, base::Time now, messages::ExchangeRequest& out) {
  for (const Vault::Item& item : vault.list(vault::Kind::kAck)) {
    if (out.acks.size() == limits::kAcksPerExchange) break;
    FLORIN_TRY_ASSIGN(const auto ack, vault::decodeRecord<vault::AckRecord>(*item.value));
    out.acks.push_back({base::readBigEndian(item.id), ack.verdict, ack.reason});
  }
  for (const Vault::Item& item : vault.list(vault::Kind::kCard)) {
    FLORIN_TRY_ASSIGN(const auto card, base::TokenId::fromBytes(item.id));
    FLORIN_TRY_ASSIGN(const std::uint32_t atc, vault::lastAtc(vault, card));
    FLORIN_TRY_ASSIGN(const vault::Stock stock, vault::stockOf(vault, card));
    out.cards.push_back({card, atc, stock.leftAt(now)});
  }
  return {};
}

Result<Prepared> prepare(const Vault& vault, base::Time now) {
  FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
  if (!device) return Error(Code::kWrongState, "the device is not enrolled");
  FLORIN_TRY_ASSIGN(auto wallet, walletOf(vault));
  Prepared prepared{std::move(*device),
                    wallet.walletId,
                    std::move(wallet.backendId),
                    std::move(wallet.identityKey),
                    {}};
  prepared.request.deviceTime = now;
  prepared.request.vaultGeneration = vault.generation();
  FLORIN_TRY(addRequest(vault, prepared.request));
  FLORIN_TRY(addReports(vault, now, prepared.request));
  return prepared;
}

// A typed code goes as the scalars that scrypt gives, not as it is (docs/protocol.md 6.2). It takes
// some 100 ms, so it is done outside of the vault's lock.
Status stretchTypedCode(Prepared& prepared) {
  auto& request = prepared.request.request;
  if (!request || request->code.empty()) return {};
  FLORIN_TRY_ASSIGN(const auto parsed, protocol::parseCode(request->code));
  if (parsed.suite == messages::Suite::kS1) return {};
  FLORIN_TRY_ASSIGN(auto secrets,
                    protocol::deriveSecrets(request->code, prepared.walletId, prepared.backendId));
  request->code = {};
  request->w0 = std::move(secrets.w0);
  request->w1 = std::move(secrets.w1);
  return {};
}

// isVerdict: the backend says that it does not know this device, and the key pinned at WSE signed
// it for this very request. Then it counts as if it had come inside the channel (D6).
bool isVerdict(const Failure& failure, const Round& round) {
  if (failure.cpsStatus() != messages::CpsStatus::kWalletUnknown) return false;
  const auto key = crypto::P256PublicKey::fromPoint(round.identityKey);
  const auto code = static_cast<std::uint32_t>(messages::CpsStatus::kWalletUnknown);
  return key.ok() && key->verify(messages::verdictText(code, round.deviceId, round.bodyHash),
                                 failure.body->verdict)
                         .ok();
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Core& core, Disarm disarm, std::function<void(SessionOutcome)> done)
      : core_(core),
        disarm_(std::move(disarm)),
        done_(std::move(done)),
        doing_(core.progress, ProvisioningPhase::EXCHANGING) {
    core.progress->sessionBegan();
  }

  void exchange() {
    auto body = start();
    if (!body.ok()) return fail(internalError(core_, body.error()));
    sendRequest(core_, {"/cps/v1/exchange", kOctets, std::move(*body), false},
                [self = shared_from_this()](const Answer& answer) { self->came(answer); });
  }

 private:
  Result<Bytes> start() {
    const base::Time now = core_.backendTime();
    FLORIN_TRY_ASSIGN(Prepared prepared,
                      core_.withVault([now](Vault& vault) { return prepare(vault, now); }));
    prepared.request.challenge = std::exchange(challenge_, {});
    FLORIN_TRY(stretchTypedCode(prepared));
    round_ = {};
    round_.deviceId = prepared.device.deviceId;
    round_.identityKey = std::move(prepared.identityKey);
    for (const auto& ack : prepared.request.acks) round_.acks.push_back(ack.opSeq);
    if (prepared.request.request) round_.reqSeq = prepared.request.request->reqSeq;

    FLORIN_TRY_ASSIGN(auto started, begin(prepared, now));
    round_.initiator = std::move(started.initiator);
    round_.bodyHash = crypto::sha256(started.body);
    ++exchanges_;
    return std::move(started.body);
  }

  // begin uses up what the last reply left for a follow-up, or the device's static key.
  Result<protocol::ExchangeInitiator::Started> begin(Prepared& prepared, base::Time now) {
    vault::DeviceRecord& device = prepared.device;
    const protocol::ExchangeNames names{kProtocolVersion, prepared.backendId, device.deviceId,
                                        device.channelKeyId};
    const auto next = std::exchange(core_.nextExchange, std::nullopt);
    if (next && next->deviceId == device.deviceId && device.active &&
        now < next->keyed + limits::kTicketLifetime - limits::kTransportDeadline) {
      round_.followUp = true;
      round_.keyed = next->keyed;
      return protocol::ExchangeInitiator::startFollowUp(names, next->followUp, prepared.request,
                                                        core_.random);
    }
    round_.keyed = now;
    FLORIN_TRY_ASSIGN(Bytes point, core_.deviceKeys().publicKey(device.deviceKey));
    round_.key = std::make_unique<DeviceStaticKey>(core_.deviceKeys(), std::move(device.deviceKey),
                                                   std::move(point));
    return protocol::ExchangeInitiator::start(names, *round_.key, device.channelPoint, device.psk,
                                              prepared.request, core_.random);
  }

  void came(const Answer& answer) {
    if (const auto* failure = std::get_if<Failure>(&answer)) {
      // A ticket may end at any time: the device's keys do not.
      if (round_.followUp && failure->cpsStatus() == messages::CpsStatus::kInvalidConversation) {
        return exchange();
      }
      if (isVerdict(*failure, round_)) return channelIsLost();
      // What is left to say is only that we applied everything: it is said next time.
      return onlyAcks_ ? finish() : fail(provisioningError(*failure));
    }
    auto finished = std::move(*round_.initiator).finish(std::get<Bytes>(answer));
    if (!finished.ok()) return onlyAcks_ ? finish() : fail(serverResponseError(finished.error()));
    if (finished->next) {
      core_.nextExchange = NextExchange{round_.deviceId, std::move(*finished->next), round_.keyed};
    }
    messages::ExchangeReply* const reply = &finished->reply;
    if (!reply->challenge.empty()) {
      challenge_ = std::move(reply->challenge);
      return exchangeAgain();
    }
    if (const Status taken = take(*reply); !taken.ok())
      return fail(internalError(core_, taken.error()));
    const bool applied = !reply->operations.empty();
    const bool served = reply->status == messages::CpsStatus::kOk;
    if (!served && !applied) return refused(reply->status);
    const bool wantsMore = reply->more || applied;
    if (!wantsMore) return finish();
    onlyAcks_ = served && !reply->more;
    exchangeAgain();
  }

  void exchangeAgain() {
    if (exchanges_ < limits::kExchangesPerSession) return exchange();
    if (onlyAcks_) return finish();
    fail(localError(ProvisioningServiceErrorCode::INVALID_SERVER_RESPONSE,
                    "the backend asks for exchanges without end"));
  }

  // take makes durable what an authenticated reply says: first that it came, then its operations.
  Status take(const messages::ExchangeReply& reply) {
    core_.learnTime(reply.serverTime);
    outcome_.lockReason = reply.lockReason;
    FLORIN_TRY_ASSIGN(const bool ended,
                      core_.withVault([&](Vault& vault) { return settle(vault, reply); }));
    if (ended) removeRetiredKeys(core_);
    const Doing applying(core_.progress, ProvisioningPhase::APPLYING);
    core_.progress->operationsCame(reply.operations.size());
    for (const messages::DeliveredOperation& operation : reply.operations) {
      disarm_(operation.tokenId);
      auto applied =
          core_.withVault([&](Vault& vault) { return applyOperation(vault, operation); });
      disarm_(operation.tokenId);  // what was armed meanwhile is of the card as it was
      core_.cardsChanged();
      if (!applied.ok()) return applied.error();
      core_.progress->operationApplied();
      core_.log.info("operation.taken",
                     {{"opSeq", operation.opSeq}, {"applied", !applied->code.empty()}});
      applied->lockReason = reply.lockReason;
      if (!applied->code.empty()) outcome_.applied.push_back(std::move(*applied));
    }
    if (outcome_.result && outcome_.result->status == messages::CpsStatus::kTokenUnknown) {
      return forgetCard(outcome_.result->tokenId);
    }
    return {};
  }

  // settle forgets what the backend has now: the acks and the request that it answered.
  // A backend that does not know the device recorded none of it; one that suspended it, the acks.
  // True: it was the last that a wiped device had to say, and the device is no more.
  Result<bool> settle(Vault& vault, const messages::ExchangeReply& reply) {
    if (reply.status == messages::CpsStatus::kWalletUnknown) return false;
    vault::Transaction transaction;
    for (const std::uint64_t ack : round_.acks) {
      transaction.erase(vault::Kind::kAck, base::bigEndian(ack));
    }
    FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
    if (device && !device->active) {
      device->active = true;
      putRecord(transaction, *device);
    }
    FLORIN_TRY_ASSIGN(auto requests, vault::readRecord<vault::RequestsRecord>(vault));
    if (reply.result && requests && requests->inFlight && round_.reqSeq != 0 &&
        reply.result->reqSeq == round_.reqSeq) {
      outcome_.result = *reply.result;
      vault::RequestsRecord next;
      next.lastReqSeq = requests->lastReqSeq;
      putRecord(transaction, next);
    } else if (reply.nextReqSeq != 0) {
      renumber(transaction, std::move(requests).value_or(vault::RequestsRecord()),
               reply.nextReqSeq);
    }
    const bool ended = device && device->wiped && !round_.acks.empty();
    if (ended) {
      FLORIN_TRY(beginAnew(transaction, vault));
    } else {
      core_.polls.answered(transaction, vault, core_.clock.now(), core_.random);
    }
    FLORIN_TRY(vault.commit(std::move(transaction)));
    return ended;
  }

  // beginAnew leaves nothing of the device and makes another wallet of this one.
  Status beginAnew(vault::Transaction& transaction, Vault& vault) {
    FLORIN_TRY(eraseDevice(transaction, vault));
    return newIdentity(transaction, vault, core_.deviceKeys(), core_.random);
  }

  // renumber goes on where the backend is: this vault is older than what it numbered (D7). What is
  // in flight has its answer still to come, under the next number.
  static void renumber(vault::Transaction& transaction, vault::RequestsRecord requests,
                       std::uint64_t next) {
    const std::uint64_t last = requests.inFlight ? next : next - 1;
    if (last <= requests.lastReqSeq) return;
    requests.lastReqSeq = last;
    putRecord(transaction, requests);
  }

  // forgetCard erases a card that the backend does not know, if no operation has done it.
  Status forgetCard(const base::TokenId& card) {
    disarm_(card);
    FLORIN_TRY_ASSIGN(const bool erased, core_.withVault([&](Vault& vault) -> Result<bool> {
      if (vault.find(vault::Kind::kCard, card.view()) == nullptr) return false;
      vault::Transaction transaction;
      eraseCard(transaction, vault, card);
      transaction.shred();
      FLORIN_TRY(vault.commit(std::move(transaction)));
      return true;
    }));
    core_.cardsChanged();
    if (!erased) return {};
    outcome_.applied.push_back({card.toString(), "CBP.info.tokenDeleted", outcome_.lockReason});
    return {};
  }

  // refused: the backend's verdict on the device as a whole, inside the channel. That it does not
  // know a device that it can talk to says that the device was wiped: this is a vault of before.
  void refused(messages::CpsStatus status) {
    if (status != messages::CpsStatus::kWalletUnknown) return fail(provisioningError(status));
    endDevice([this](vault::Transaction& transaction, Vault& vault) {
      return beginAnew(transaction, vault);
    });
  }

  void channelIsLost() { endDevice(loseChannel); }

  using End = std::function<Status(vault::Transaction&, Vault&)>;
  void endDevice(const End& end) {
    disarm_({});
    const Status ended = core_.withVault([&end](Vault& vault) -> Status {
      vault::Transaction transaction;
      FLORIN_TRY(end(transaction, vault));
      return vault.commit(std::move(transaction));
    });
    core_.cardsChanged();
    removeRetiredKeys(core_);
    fail(ended.ok() ? provisioningError(messages::CpsStatus::kWalletUnknown)
                    : internalError(core_, ended.error()));
  }

  void fail(ProvisioningServiceError error) {
    error.lockReason = outcome_.lockReason;
    outcome_.error = std::move(error);
    finish();
  }
  void finish() {
    core_.sessionFailed = outcome_.error.has_value();
    core_.progress->ended(outcome_.error ? outcome_.error->sdkCode
                                         : ProvisioningServiceErrorCode::COMMON_SUCCESS);
    core_.sessionEnded();
    done_(std::move(outcome_));
  }

  Core& core_;
  const Disarm disarm_;
  const std::function<void(SessionOutcome)> done_;
  const Doing doing_;
  SessionOutcome outcome_;
  Round round_;
  Bytes challenge_;  // to be quoted by the next exchange
  unsigned exchanges_ = 0;
  bool onlyAcks_ = false;
};

}  // namespace

void runSession(Core& core, Disarm disarm, std::function<void(SessionOutcome)> done) {
  std::make_shared<Session>(core, std::move(disarm), std::move(done))->exchange();
}

Status putRequest(vault::Transaction& transaction, const Vault& vault,
                  vault::RequestsRecord request) {
  FLORIN_TRY_ASSIGN(const auto stored, vault::readRecord<vault::RequestsRecord>(vault));
  if (stored && stored->inFlight) return Error(Code::kWrongState, "a request is in flight");
  request.lastReqSeq = (stored ? stored->lastReqSeq : 0) + 1;
  request.inFlight = true;
  putRecord(transaction, request);
  return {};
}

}  // namespace florin::wallet
