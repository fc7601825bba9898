#include "backend_checks.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "messages/digitize.h"
#include "messages/enrollment.h"
#include "messages/gateway.h"
#include "messages/status.h"

namespace florin::sim {
namespace {

constexpr std::uint64_t kAllOfAudit = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kNewest = 64;  // operations that are looked at even when they are over

enum class Route : std::uint8_t { kWse, kDigitize, kLifeCycle, kE1, kE3, kExchange };

Route routeOf(const std::string& path) {
  if (path == "/cps/v1/wallets") return Route::kWse;
  if (path == "/cps/v1/enrollments") return Route::kE1;
  if (path == "/cps/v1/exchange") return Route::kExchange;
  if (path.starts_with("/gateway/v1/cards/")) return Route::kLifeCycle;
  return path.starts_with("/cps/v1/enrollments/") ? Route::kE3 : Route::kDigitize;
}

Bytes hashOf(ByteView bytes) { return base::toBytes(crypto::sha256(bytes)); }

bool wasWrongCode(const std::optional<TransportResponse>& response) {
  if (!response || response->status == 200) return false;
  const auto body = messages::decodeErrorBody(base::asText(response->body));
  return body.ok() && messages::cpsStatusFrom(body->code) == messages::CpsStatus::kCodeWrong;
}

}  // namespace

struct BackendChecks::Served {
  Route route = Route::kWse;
  const TransportRequest& request;
  const std::optional<TransportResponse>& response;
  base::TenantId tenant;
  base::WalletId walletId;
  ports::Store& rows;
  std::optional<records::Wallet> wallet;
  std::optional<records::Device> device;

  [[nodiscard]] bool ok() const { return response && response->status == 200; }

  // find runs a look-up in a reading unit; a store that fails without faults is a fault of ours.
  template <class Work>
  auto find(Work work) const {
    return rows.read(work).value();
  }
};

void BackendChecks::served(const base::WalletId& wallet, const TransportRequest& request,
                           const std::optional<TransportResponse>& response) {
  Served now{routeOf(request.path), request, response, material_.walletProvider(), wallet,
             backend_.durable(),    {},      {}};
  now.wallet = now.find([&](ports::Unit& unit) { return unit.wallets().find(now.tenant, wallet); });
  now.device =
      now.find([&](ports::Unit& unit) { return unit.devices().findByWallet(now.tenant, wallet); });
  if (now.route == Route::kExchange) readAudit();
  WalletTrack& track = wallets_[wallet];
  verdict_.require(!track.known || now.wallet.has_value(), "I5", "the backend lost a wallet");
  checkDurable(now);
  if (!now.wallet) return;
  checkTries(track, now);
  checkBinding(track, now);
  if (now.device) checkDevice(track, now);
}

// I3: an answer to a new E1 costs one try, together with what it answers.
void BackendChecks::checkTries(WalletTrack& track, const Served& now) {
  const std::uint32_t before = track.known ? track.tries : now.wallet->triesLeft;
  const std::uint32_t after = now.wallet->triesLeft;
  track.known = true;
  track.tries = after;
  verdict_.require(after <= base::limits::kCodeTries, "I3", "more tries than there are");
  if (now.route == Route::kDigitize || now.route == Route::kExchange) {
    verdict_.require(after + 1 >= before, "I3", "a request spent more than one try");
    return;
  }
  if (now.route != Route::kE1) {
    verdict_.require(after == before, "I3", "a request that is no guess changed the tries");
    return;
  }
  const Bytes hash = hashOf(now.request.body);
  const auto row = now.find([&](ports::Unit& unit) {
    return unit.enrollments().findByShare(now.tenant, now.walletId, hash);
  });
  if (row && track.answered.insert(hash).second) {
    verdict_.require(before > 0 && after == before - 1, "I3", "a guess was answered for nothing");
    const auto code = now.find([&](ports::Unit& unit) {
      return unit.codes().find(now.tenant, now.walletId, row->codeRef);
    });
    verdict_.require(code && clock_.now() < code->expires, "I3", "an expired code was answered");
    return;
  }
  verdict_.require(after <= before, "I3", "a guess gave tries back");
  if (wasWrongCode(now.response) && before > 0) {
    verdict_.require(after == before - 1, "I3", "a wrong guess was not counted");
  } else if (now.response) {
    verdict_.require(after == before, "I3", "a repeated request spent a try");
  }
}

// I5: what an answer says is durable when it leaves.
void BackendChecks::checkDurable(const Served& now) {
  if (!now.ok()) return;
  switch (now.route) {
    case Route::kWse:
      verdict_.require(now.wallet.has_value(), "I5", "WSE was answered and not stored");
      return;
    case Route::kE1: {
      const auto row = now.find([&](ports::Unit& unit) {
        return unit.enrollments().findByShare(now.tenant, now.walletId, hashOf(now.request.body));
      });
      verdict_.require(row && row->e2 == now.response->body, "I5", "E2 left and is not stored");
      return;
    }
    case Route::kE3:
      verdict_.require(now.device.has_value(), "I5", "E4 left and there is no device");
      return;
    case Route::kDigitize: {
      const auto reply = messages::decodeDigitizeReply(SecretBytes::copyOf(now.response->body));
      const auto card = now.find([&](ports::Unit& unit) {
        return unit.digitalCards().find(now.tenant,
                                        reply.ok() ? reply->digitalCardId : base::DigitalCardId());
      });
      verdict_.require(card.has_value(), "I5", "a digitization was answered and not stored");
      return;
    }
    case Route::kLifeCycle: return;
    case Route::kExchange:
      verdict_.require(now.device.has_value(), "I8", "a device that is not enrolled was answered");
      return;
  }
}

// I3: a code is bound to one device key for ever.
void BackendChecks::checkBinding(WalletTrack& track, const Served& now) {
  if (now.route != Route::kE3) return;
  const auto message = messages::decodeE3(now.request.body);
  if (!message.ok()) return;
  const auto row = now.find([&](ports::Unit& unit) {
    return unit.enrollments().find(now.tenant, message->enrollmentId);
  });
  if (!row || row->state == records::EnrollmentState::kAnswered) return;
  const auto device =
      now.find([&](ports::Unit& unit) { return unit.devices().find(row->deviceId); });
  verdict_.require(device.has_value(), "I5", "a bound enrollment has no device");
  if (!device) return;
  const auto [bound, isNew] = track.boundKeys.emplace(row->codeRef, device->publicKey);
  verdict_.require(bound->second == device->publicKey, "I3",
                   "a code is bound to a second device key");
  if (now.ok()) {
    verdict_.require(row->e4 == now.response->body, "I4", "a repeated E3 got another E4");
  }
}

void BackendChecks::revoked(const base::WalletId& wallet) {
  wallets_[wallet].revoked = true;
  everRevoked_.insert(wallet);
  operated(wallet);
}

void BackendChecks::suspended(const base::WalletId& wallet, bool suspended) {
  wallets_[wallet].suspended = suspended;
  operated(wallet);
}

void BackendChecks::operated(const base::WalletId& wallet) {
  const auto device = backend_.durable()
                          .read([&](ports::Unit& unit) {
                            return unit.devices().findByWallet(material_.walletProvider(), wallet);
                          })
                          .value();
  if (device) checkOperations(wallets_[wallet], *device, kNewest);
}

void BackendChecks::checkDevice(WalletTrack& track, const Served& now) {
  const records::Device& device = *now.device;
  if (!track.deviceId) track.deviceId = device.deviceId;
  walletOfDevice_[device.deviceId.toString()] = device.walletId;
  if (track.deviceKey.empty()) track.deviceKey = device.publicKey;
  verdict_.require(track.deviceId == device.deviceId && track.deviceKey == device.publicKey, "I3",
                   "a wallet has a second device");
  if (device.epoch != track.epoch && device.nextReqSeq == 1) {  // it enrolled again: numbers anew
    track.nextReqSeq = track.resultsFrom = 1;
    track.results.clear();
  }
  track.epoch = device.epoch;
  if (std::exchange(track.resyncs, 0) > 0) {  // its results are erased, its numbers may jump
    track.nextReqSeq = track.resultsFrom = device.nextReqSeq;
    track.results.clear();
  }
  verdict_.require(
      device.nextReqSeq >= track.nextReqSeq && device.nextReqSeq <= track.nextReqSeq + 1, "I4",
      "request numbers went back or over one");
  if ((track.revoked || track.suspended) && now.route != Route::kLifeCycle) {
    verdict_.require(device.nextOpSeq == track.nextOpSeq, "I8", "a barred device got an operation");
  }
  track.nextReqSeq = device.nextReqSeq;
  for (std::uint64_t n = device.nextReqSeq; n-- > track.resultsFrom && n + 3 > device.nextReqSeq;) {
    const auto result =
        now.find([&](ports::Unit& unit) { return unit.results().find(device.deviceId, n); });
    verdict_.require(result.has_value(), "I4", "a request's result is lost");
    if (!result) continue;
    const auto [first, isNew] = track.results.emplace(n, result->result);
    verdict_.require(first->second == result->result, "I4", "a request has a second result");
  }
  checkOperations(track, device, kNewest);
}

// I4: an operation never changes, and its state goes one way. What is over for long is read again
// in the end only.
void BackendChecks::checkOperations(WalletTrack& track, const records::Device& device,
                                    std::size_t newest) {
  verdict_.require(device.nextOpSeq >= track.nextOpSeq, "I4", "operation numbers went back");
  track.nextOpSeq = device.nextOpSeq;
  std::uint64_t after = 0;
  auto first = track.operations.begin();
  for (std::size_t over = track.operations.size(); over > newest; --over, ++first) {
    if (first->second.state == records::OperationState::kPending) break;
    after = first->first;
  }
  std::size_t known = static_cast<std::size_t>(std::distance(first, track.operations.end()));
  for (std::size_t read = base::limits::kOperationsPerExchange;
       read == base::limits::kOperationsPerExchange;) {
    const auto rows = backend_.durable()
                          .read([&](ports::Unit& unit) {
                            return unit.operations().listOf(device.deviceId, after,
                                                            base::limits::kOperationsPerExchange);
                          })
                          .value();
    read = rows.size();
    for (const records::Operation& row : rows) {
      after = row.opSeq;
      if (!checkOperation(track, row) && known > 0) --known;
    }
  }
  verdict_.require(known == 0, "I4", "an operation is lost");
}

// checkOperation tells whether the operation is new.
bool BackendChecks::checkOperation(WalletTrack& track, const records::Operation& row) {
  const auto [at, isNew] = track.operations.try_emplace(row.opSeq);
  OperationTrack& known = at->second;
  if (!isOver(row.state)) {
    const Bytes content = hashOf(base::concat(row.sealedPayload, row.tokenId.view(),
                                              base::bigEndian(row.cardSeq), Bytes{row.type}));
    if (known.content.empty()) known.content = content;
    verdict_.require(known.content == content, "I4", "an operation is another one now");
  }
  verdict_.require(isOver(row.state) == row.sealedPayload.empty(), "I4",
                   "a payload is gone too early, or kept");
  verdict_.require(known.state == records::OperationState::kPending || known.state == row.state,
                   "I4", "an operation that was over came back");
  verdict_.require(row.state != records::OperationState::kParked, "I4",
                   "the device could not apply an operation");
  if (row.state == records::OperationState::kAcked && known.state != row.state) {
    ++delivered_;
    std::uint64_t& highest = track.acked[row.tokenId];
    highest = std::max(highest, row.cardSeq);
  }
  known.state = row.state;
  return isNew;
}

bool BackendChecks::remembers(const base::WalletId& wallet, const DeviceView& device) const {
  const auto found = wallets_.find(wallet);
  if (found == wallets_.end() || !device.deviceId) return true;
  if (found->second.deviceId != device.deviceId) return true;
  return std::ranges::all_of(found->second.acked, [&](const auto& acked) {
    const auto applied = device.sequences.find(acked.first);
    return acked.second == 0 ||
           (applied != device.sequences.end() && applied->second >= acked.second);
  });
}

struct BackendChecks::Moment {
  std::map<base::WalletId, WalletTrack> wallets;
  std::uint64_t lastAudit = 0;
};

std::shared_ptr<const BackendChecks::Moment> BackendChecks::moment() const {
  return std::make_shared<Moment>(Moment{wallets_, lastAudit_});
}

void BackendChecks::goBack(const Moment& moment) {
  wallets_ = moment.wallets;
  lastAudit_ = moment.lastAudit;
}

void BackendChecks::mayBeOld(const base::WalletId& wallet) { maybeOld_.insert(wallet); }

std::size_t BackendChecks::rollbacks(const base::WalletId& wallet) {
  readAudit();
  return wallets_[wallet].rollbacks;
}

// readAudit: nobody's vault is taken for an old one that is none, whatever came late or twice (D7).
void BackendChecks::readAudit() {
  const auto rows = backend_.durable()
                        .read([&](ports::Unit& unit) {
                          return unit.audit().newest(material_.walletProvider(), kAllOfAudit,
                                                     base::limits::kAuditPage);
                        })
                        .value();
  for (const records::AuditEntry& row : rows) {
    if (row.number <= lastAudit_) break;
    const auto wallet = walletOfDevice_.find(row.subject);
    const bool old = row.action == "device.rolled_back";
    if (wallet == walletOfDevice_.end() || (!old && row.action != "device.resynchronized")) {
      continue;
    }
    ++wallets_[wallet->second].resyncs;
    if (!old) continue;
    ++wallets_[wallet->second].rollbacks;
    verdict_.require(maybeOld_.contains(wallet->second), "I9",
                     "a device was taken for one with an old vault");
  }
  if (!rows.empty()) lastAudit_ = rows.front().number;
}

void BackendChecks::settled(const base::WalletId& wallet, const DeviceView& device) {
  WalletTrack& track = wallets_[wallet];
  const auto row = backend_.durable()
                       .read([&](ports::Unit& unit) {
                         return unit.devices().findByWallet(material_.walletProvider(), wallet);
                       })
                       .value();
  if (row) checkOperations(track, *row, 0);
  verdict_.require(row && device.deviceId == row->deviceId, "I9", "the wallet has another device");
  verdict_.require(row && row->state == records::DeviceState::kActive, "I9",
                   "the device is not active at the backend");
  for (const auto& [opSeq, operation] : track.operations) {
    verdict_.require(operation.state != records::OperationState::kPending, "I9",
                     "an operation is still to be delivered");
  }
}

}  // namespace florin::sim
