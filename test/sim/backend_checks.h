// BackendChecks looks at the backend's durable rows after every request that it handled, and holds
// them against what they were and what it answered (I3, I4, I5, I8).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "backend_host.h"
#include "device_checks.h"
#include "network.h"
#include "verdict.h"

namespace florin::sim {

class BackendChecks {
 public:
  BackendChecks(const Material& material, BackendHost& backend, base::Clock& clock,
                Verdict& verdict)
      : material_(material), backend_(backend), clock_(clock), verdict_(verdict) {}

  // served: the backend handled a request of this wallet. `response`: nothing when it died.
  void served(const base::WalletId& wallet, const TransportRequest& request,
              const std::optional<TransportResponse>& response);

  // remembers tells whether what the device acknowledged is on its disk (I5).
  [[nodiscard]] bool remembers(const base::WalletId& wallet, const DeviceView& device) const;

  // Moment is what was known at a moment. goBack: the backend's store is what it was then.
  struct Moment;
  [[nodiscard]] std::shared_ptr<const Moment> moment() const;
  void goBack(const Moment& moment);

  // mayBeOld: the vault of this wallet's device was put back or copied. Of no other device may the
  // backend find that it was (D7). rollbacks counts how often it found it.
  void mayBeOld(const base::WalletId& wallet);
  [[nodiscard]] std::size_t rollbacks(const base::WalletId& wallet);

  // operated takes note of what an order to the backend itself wrote for the device.
  void operated(const base::WalletId& wallet);

  // The operator was told that the device of this wallet is revoked, suspended, or resumed.
  void revoked(const base::WalletId& wallet);
  void suspended(const base::WalletId& wallet, bool suspended);
  // A suspended device gets no new operations, a revoked one neither cards nor keys.
  [[nodiscard]] bool isRevoked(const base::WalletId& wallet) { return wallets_[wallet].revoked; }
  [[nodiscard]] bool wasRevoked(const base::WalletId& wallet) const {
    return everRevoked_.contains(wallet);
  }

  // settled checks what has to be in the end: one device, active, nothing left to deliver (I9).
  void settled(const base::WalletId& wallet, const DeviceView& device);

  // delivered counts the operations that devices acknowledged.
  [[nodiscard]] std::size_t delivered() const { return delivered_; }

  // deviceKey is the key that a wallet's code is bound to; empty: none.
  [[nodiscard]] Bytes deviceKey(const base::WalletId& wallet) { return wallets_[wallet].deviceKey; }

 private:
  struct OperationTrack {
    Bytes content;
    records::OperationState state = records::OperationState::kPending;
  };
  struct WalletTrack {
    bool known = false;
    bool revoked = false;
    bool suspended = false;
    std::uint32_t tries = 0;
    std::set<Bytes> answered;          // hashes of the E1 that have an E2
    std::map<Bytes, Bytes> boundKeys;  // device public key by codeRef
    std::optional<base::DeviceId> deviceId;
    Bytes deviceKey;
    std::uint32_t epoch = 0;
    std::uint64_t nextReqSeq = 1;
    std::uint64_t resultsFrom = 1;  // the request whose result is the first that was not erased
    std::size_t resyncs = 0;
    std::size_t rollbacks = 0;
    std::uint64_t nextOpSeq = 1;
    std::map<std::uint64_t, OperationTrack> operations;
    std::map<base::TokenId, std::uint64_t> acked;  // highest cardSeq
    std::map<std::uint64_t, Bytes> results;
  };
  struct Served;  // one request with what the rows say after it

  void checkTries(WalletTrack& track, const Served& served);
  void checkDurable(const Served& served);
  void checkBinding(WalletTrack& track, const Served& served);
  void checkDevice(WalletTrack& track, const Served& served);
  void checkOperations(WalletTrack& track, const records::Device& device, std::size_t newest);
  bool checkOperation(WalletTrack& track, const records::Operation& row);
  void readAudit();

  const Material& material_;
  BackendHost& backend_;
  base::Clock& clock_;
  Verdict& verdict_;
  std::map<base::WalletId, WalletTrack> wallets_;
  std::map<std::string, base::WalletId> walletOfDevice_;
  std::set<base::WalletId> everRevoked_;
  std::set<base::WalletId> maybeOld_;
  std::uint64_t lastAudit_ = 0;
  std::size_t delivered_ = 0;
};

}  // namespace florin::sim
