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

// Another request had this number: the vault forgot that one.
Result<bool> numbersAgain(Backend& backend, const records::Device& device,
                          const messages::ExchangeRequest& request) {
  if (!request.request || request.request->reqSeq >= device.nextReqSeq) return false;
  FLORIN_TRY_ASSIGN(const auto before, backend.store.read([&](ports::Unit& unit) {
    return unit.results().find(device.deviceId, request.request->reqSeq);
  }));
  if (!before || before->mark.empty()) return false;
  FLORIN_TRY_ASSIGN(const Bytes mark, markOf(backend, *request.request));
  return before->mark != mark;
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

Result<VaultAge> judgeVault(Backend& backend, const records::Device& device,
                            const messages::ExchangeRequest& request) {
  bool old = countsBack(device, request);
  if (!old) {
    FLORIN_TRY_ASSIGN(old, numbersAgain(backend, device, request));
  }
  if (!old) return VaultAge::kAsKnown;
  const bool answers =
      !device.challenge.empty() && crypto::equal(device.challenge, request.challenge);
  return answers ? VaultAge::kProvenOld : VaultAge::kSuspected;
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
    const auto known =
        std::ranges::find(device.reported, report.tokenId, &records::ReportedAtc::tokenId);
    if (known == device.reported.end()) {
      if (report.lastAtc > 0) device.reported.push_back({report.tokenId, report.lastAtc});
    } else {
      known->lastAtc = std::max(known->lastAtc, report.lastAtc);
    }
  }
}

bool tellsMore(const records::Device& device, const messages::ExchangeRequest& request) {
  return std::ranges::any_of(request.cards, [&](const messages::CardReport& report) {
    const auto known =
        std::ranges::find(device.reported, report.tokenId, &records::ReportedAtc::tokenId);
    return report.lastAtc > (known == device.reported.end() ? 0 : known->lastAtc);
  });
}

}  // namespace florin::cps
