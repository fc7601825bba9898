#include "cps/resync.h"

#include <algorithm>

#include "base/limits.h"
#include "base/running_atc.h"
#include "cps/audit.h"
#include "cps/vault_age.h"

namespace florin::cps {
namespace {

// Of an old vault the highest ATC that it ever told counts. After a restore the device never holds
// more than a stock above what it used, so that is above all that the lost days can have issued;
// unless it does not have the card any more.
tsp::KeyRenewal renewalOf(const records::Device& device, const base::TokenId& card,
                          const messages::CardReport* report, ResyncReason reason) {
  const std::uint32_t told = report == nullptr ? 0 : report->lastAtc;
  if (reason == ResyncReason::kOldVault) {
    return {.aboveAtc = std::max(told, reportedAtc(device, card))};
  }
  if (report == nullptr) return {.unknownAtcs = true};
  return {.aboveAtc = told + static_cast<std::uint32_t>(base::limits::kKeysPerOperation)};
}

// factsOf says why, for a person: in what the device is behind what is known of it.
std::string factsOf(const records::Device& device, const messages::ExchangeRequest& request,
                    ResyncReason reason) {
  if (reason == ResyncReason::kRestoredStore) return "the store was put back";
  constexpr std::size_t kShown = 8;  // characters of a card's id
  std::string why;
  if (request.vaultGeneration < device.vaultGeneration) {
    why = "vault of generation " + std::to_string(request.vaultGeneration) + ", known " +
          std::to_string(device.vaultGeneration);
  }
  for (const records::ReportedAtc& known : device.reported) {
    const auto* const report = reportOf(request, known.tokenId);
    if (report == nullptr || report->lastAtc >= known.lastAtc) continue;
    return why + (why.empty() ? "" : ", ") + "token " + known.tokenId.toString().substr(0, kShown) +
           ": paid up to ATC " + std::to_string(report->lastAtc) + ", known " +
           std::to_string(known.lastAtc);
  }
  return why.empty() ? "a request number that was used before" : why;
}

}  // namespace

// After a restore, a card that the device has and the store thinks unclaimed was claimed in the
// lost days.
Result<std::vector<records::DigitalCard>> Resync::cardsOf(ports::Unit& unit,
                                                          const records::Device& device,
                                                          const messages::ExchangeRequest& request,
                                                          ResyncReason reason) {
  FLORIN_TRY_ASSIGN(auto cards, unit.digitalCards().ofWallet(device.tenant, device.walletId,
                                                             base::limits::kCardsPerWallet));
  std::vector<records::DigitalCard> its;
  for (records::DigitalCard& card : cards) {
    FLORIN_TRY_ASSIGN(const auto token, backend_.tokens.look(unit, card.issuer, card.tokenId));
    const bool claimed = token.token.deviceId == device.deviceId;
    const bool claimedInLostDays = reason == ResyncReason::kRestoredStore &&
                                   token.token.deviceId == base::DeviceId() &&
                                   reportOf(request, card.tokenId) != nullptr;
    if (claimed || claimedInLostDays) its.push_back(std::move(card));
  }
  return its;
}

// Such cards are of days that a restored store has lost, and so was the device.
Status Resync::lookAtCardsBrought(ports::Unit& unit, records::Device& device,
                                  const messages::ExchangeRequest& request) {
  if (request.cards.empty() || backend_.epoch.number == 0) return {};
  FLORIN_TRY_ASSIGN(const auto rows, cardsOf(unit, device, request, ResyncReason::kRestoredStore));
  const bool known = std::ranges::all_of(request.cards, [&](const messages::CardReport& report) {
    return std::ranges::find(rows, report.tokenId, &records::DigitalCard::tokenId) != rows.end();
  });
  if (!known) device.storeEpoch = backend_.epoch.number - 1;
  return {};
}

Result<Resync::Plan> Resync::prepare(const records::Device& device,
                                     const messages::ExchangeRequest& request,
                                     ResyncReason reason) {
  FLORIN_TRY_ASSIGN(auto rows, backend_.store.read([&](ports::Unit& unit) {
    return cardsOf(unit, device, request, reason);
  }));
  Plan plan{reason, {}, {}};
  for (const messages::CardReport& report : request.cards) {
    if (std::ranges::find(rows, report.tokenId, &records::DigitalCard::tokenId) != rows.end()) {
      continue;
    }
    if (reason == ResyncReason::kRestoredStore) {
      const Error refusal =
          notKnown(backend_, messages::CpsStatus::kTokenUnknown, "a card of lost days");
      if (messages::statusOf(refusal) != messages::CpsStatus::kTokenUnknown) return refusal;
    }
    plan.gone.push_back(report.tokenId);
  }
  const tsp::DeviceTransport transport = transportOf(device);
  for (records::DigitalCard& row : rows) {
    Card card;
    FLORIN_TRY_ASSIGN(card.keys,
                      backend_.tokens.prepareRenewal(
                          row.issuer, row.tokenId, transport,
                          renewalOf(device, row.tokenId, reportOf(request, row.tokenId), reason)));
    FLORIN_TRY_ASSIGN(card.facts, backend_.tokens.cardFacts(row.issuer, row.tokenId,
                                                            {.psn = base::psnOf(card.keys.firstAtc),
                                                             .device = transport}));
    card.row = std::move(row);
    plan.cards.push_back(std::move(card));
  }
  return plan;
}

Status Resync::commit(ports::Unit& unit, records::Device& device,
                      const messages::ExchangeRequest& request, const Plan& plan) {
  FLORIN_TRY(unit.operations().voidPending(device.deviceId));
  for (const Card& card : plan.cards) FLORIN_TRY(renew(unit, device, card));
  for (const base::TokenId& card : plan.gone) {
    FLORIN_TRY(log_.append(unit, device, card, messages::OperationType::kDeleteCard,
                           messages::Nothing(), OperationLog::Wake::kNot));
  }
  FLORIN_TRY(unit.results().eraseOf(device.deviceId));
  const bool old = plan.reason == ResyncReason::kOldVault;
  FLORIN_TRY(
      audit(unit, backend_,
            {.action = old ? Literal("device.rolled_back") : Literal("device.resynchronized"),
             .subject = device.deviceId.view(),
             .facts = factsOf(device, request, plan.reason)}));
  device.nextReqSeq = std::max(device.nextReqSeq, backend_.epoch.first);
  device.vaultGeneration = request.vaultGeneration;
  device.challenge.clear();
  device.reported.clear();
  for (const messages::CardReport& report : request.cards) {
    device.reported.push_back({report.tokenId, report.lastAtc});
  }
  FLORIN_TRY(excusePayments(unit, backend_, device, request));
  device.storeEpoch = backend_.epoch.number;
  device.lockReason = LockReason::NONE;
  return {};
}

Status Resync::renew(ports::Unit& unit, records::Device& device, const Card& card) {
  const base::TokenId& tokenId = card.row.tokenId;
  FLORIN_TRY_ASSIGN(const auto open, unit.operations().openOfCard(device.deviceId, tokenId));
  for (const records::Operation& row : open) {
    FLORIN_TRY(
        unit.operations().setState(device.deviceId, row.opSeq, records::OperationState::kVoid, 0));
  }
  FLORIN_TRY(backend_.tokens.commitKeys(unit, card.keys));
  FLORIN_TRY(takeAgain(unit, card.row));
  FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, card.row.issuer, tokenId));
  FLORIN_TRY(log_.append(unit, device, tokenId, messages::OperationType::kInstallCard,
                         installCard(card.row.digitalCardId, card.facts, targetOf(now.after)),
                         OperationLog::Wake::kNot));
  return log_.append(unit, device, tokenId, messages::OperationType::kInstallKeys,
                     installKeys(card.keys), OperationLog::Wake::kNot);
}

// takeAgain ends the code that the card was claimed with, if the store still thinks it open.
Status Resync::takeAgain(ports::Unit& unit, const records::DigitalCard& card) {
  FLORIN_TRY_ASSIGN(const auto code,
                    unit.codes().findByCard(card.tenant, card.walletId, card.digitalCardId));
  if (!code || code->state != records::CodeState::kOpen) return {};
  FLORIN_TRY(claimToken(unit, backend_, *code));
  return codes_.finish(unit, *code);
}

}  // namespace florin::cps
