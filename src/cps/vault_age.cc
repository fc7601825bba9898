#include "cps/vault_age.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/equal.h"

namespace florin::cps {
namespace {

// A card that is not reported says nothing: it may have been deleted.
bool countsBack(const records::Device& device, const messages::ExchangeRequest& request) {
  return request.vaultGeneration < device.vaultGeneration ||
         std::ranges::any_of(
             device.reported,
             [&](const records::ReportedAtc& known) {
               const auto* const report = reportOf(request, known.tokenId);
               return report != nullptr && report->lastAtc < known.lastAtc;
             });
}

// Another request had this number: the vault forgot that one. When no result of it is left either,
// the device was brought up to date meanwhile and never heard of it, or the number is very old.
Result<bool> numbersAgain(ports::Unit& unit, Backend& backend, const records::Device& device,
                          const messages::ExchangeRequest& request) {
  if (!request.request || request.request->reqSeq >= device.nextReqSeq) return false;
  FLORIN_TRY_ASSIGN(const auto before,
                    unit.results().find(device.deviceId, request.request->reqSeq));
  if (!before) return true;
  if (before->mark.empty()) return false;
  FLORIN_TRY_ASSIGN(const Bytes mark, markOf(backend, *request.request));
  return before->mark != mark;
}

std::uint32_t atcOf(const std::vector<records::ReportedAtc>& all, const base::TokenId& card) {
  const auto found = std::ranges::find(all, card, &records::ReportedAtc::tokenId);
  return found == all.end() ? 0 : found->lastAtc;
}

// The cards of which a payment was accepted that the vault does not know, with its ATC: before a
// cryptogram leaves a device its use is durable there (I1).
Result<std::vector<records::ReportedAtc>> forgottenPayments(
    ports::Unit& unit, Backend& backend, const records::Device& device,
    const messages::ExchangeRequest& request) {
  std::vector<records::ReportedAtc> forgotten;
  for (const messages::CardReport& report : request.cards) {
    FLORIN_TRY_ASSIGN(const std::uint32_t spent, backend.tokens.highestSpent(unit, report.tokenId));
    if (spent > report.lastAtc && spent > atcOf(device.excused, report.tokenId)) {
      forgotten.push_back({report.tokenId, spent});
    }
  }
  return forgotten;
}

void learn(std::vector<records::ReportedAtc>& known, const records::ReportedAtc& one) {
  const auto found = std::ranges::find(known, one.tokenId, &records::ReportedAtc::tokenId);
  if (found != known.end()) {
    found->lastAtc = std::max(found->lastAtc, one.lastAtc);
  } else if (one.lastAtc > 0) {
    known.push_back(one);
  }
}

}  // namespace

const messages::CardReport* reportOf(const messages::ExchangeRequest& request,
                                     const base::TokenId& card) {
  const auto found = std::ranges::find(request.cards, card, &messages::CardReport::tokenId);
  return found == request.cards.end() ? nullptr : &*found;
}

Result<Bytes> markOf(Backend& backend, const messages::DeviceRequest& request) {
  return backend.sealer.blindIndex("request", messages::encodeDeviceRequest(request));
}

Result<VaultAge> judgeVault(ports::Unit& unit, Backend& backend, const records::Device& device,
                            const messages::ExchangeRequest& request) {
  bool old = countsBack(device, request);
  if (!old) {
    FLORIN_TRY_ASSIGN(old, numbersAgain(unit, backend, device, request));
  }
  if (!old) {
    // What was accepted a moment ago may be later than the request, so it proves nothing yet.
    FLORIN_TRY_ASSIGN(const auto forgotten, forgottenPayments(unit, backend, device, request));
    return forgotten.empty() ? VaultAge::kAsKnown : VaultAge::kSuspected;
  }
  const bool answers =
      !device.challenge.empty() && crypto::equal(device.challenge, request.challenge);
  return answers ? VaultAge::kProvenOld : VaultAge::kSuspected;
}

bool missedNewEpoch(Backend& backend, const records::Device& device,
                    const messages::ExchangeRequest& request) {
  return request.request && request.request->reqSeq < backend.epoch.first &&
         !countsBack(device, request);
}

void learnVault(records::Device& device, const messages::ExchangeRequest& request) {
  device.vaultGeneration = std::max(device.vaultGeneration, request.vaultGeneration);
  device.challenge.clear();
  if (device.reported.size() > base::limits::kCardsPerWallet) {  // cards that are gone
    std::erase_if(device.reported, [&](const records::ReportedAtc& known) {
      return reportOf(request, known.tokenId) == nullptr;
    });
  }
  for (const messages::CardReport& report : request.cards) {
    learn(device.reported, {report.tokenId, report.lastAtc});
  }
}

Status learnPayments(ports::Unit& unit, Backend& backend, records::Device& device,
                     const messages::ExchangeRequest& request) {
  FLORIN_TRY_ASSIGN(const auto forgotten, forgottenPayments(unit, backend, device, request));
  for (const records::ReportedAtc& one : forgotten) learn(device.reported, one);
  return {};
}

Status excusePayments(ports::Unit& unit, Backend& backend, records::Device& device,
                      const messages::ExchangeRequest& request) {
  FLORIN_TRY_ASSIGN(const auto forgotten, forgottenPayments(unit, backend, device, request));
  std::erase_if(device.excused, [&](const records::ReportedAtc& one) {
    return reportOf(request, one.tokenId) == nullptr;
  });
  for (const records::ReportedAtc& one : forgotten) learn(device.excused, one);
  return {};
}

std::uint32_t reportedAtc(const records::Device& device, const base::TokenId& card) {
  return atcOf(device.reported, card);
}

bool tellsMore(const records::Device& device, const messages::ExchangeRequest& request) {
  return std::ranges::any_of(request.cards, [&](const messages::CardReport& report) {
    return report.lastAtc > atcOf(device.reported, report.tokenId);
  });
}

}  // namespace florin::cps
