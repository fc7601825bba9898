#include "wallet/replenish.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/limits.h"
#include "wallet/back_off.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;
using vault::Vault;
namespace limits = base::limits;

Result<bool> isShort(const Vault& vault, const base::TokenId& card, base::Time now) {
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!record) return Error(Code::kNotFound, "no such card");
  if (record->target != messages::CardTarget::kActive) {
    return Error(Code::kWrongState, "the card is not active");
  }
  FLORIN_TRY_ASSIGN(const vault::Stock stock, vault::stockOf(vault, card));
  return stock.isShortAt(now, record->lowWater);
}

ProvisioningServiceError replenishmentRefused(Core& core, const Error& error) {
  switch (error.code()) {
    case Code::kNotFound: return localError(Sdk::CARD_NOT_ENROLLED, "no such card");
    case Code::kWrongState:
      return localError(Sdk::REPLENISHMENT_NOT_ALLOWED, "the card is not active");
    default: return internalError(core, error);
  }
}

Status storeReplenishment(Core& core, const Replenishment& what) {
  vault::RequestsRecord request;
  request.type = messages::RequestType::kReplenish;
  request.tokenId = what.card;
  request.force = what.force;
  return storeRequest(core, std::move(request));
}

// Refill is one round over the short cards; each is asked for once.
class Refill : public std::enable_shared_from_this<Refill> {
 public:
  Refill(Core& core, Disarm disarm, std::function<void(Refilled)> done)
      : core_(core), disarm_(std::move(disarm)), done_(std::move(done)) {}

  void next() {
    const auto card = isEnrolled(core_) ? shortCard() : std::nullopt;
    if (!card) return done_(std::move(refilled_));
    ask(core_, disarm_,
        {.store = [&core = core_, card] { return storeReplenishment(core, {*card, false}); },
         .again = [self =
                       shared_from_this()](const SessionOutcome& outcome) { self->keep(outcome); },
         .done =
             [self = shared_from_this(), card](const SessionOutcome& outcome) {
               self->asked_.insert(*card);
               self->keep(outcome);
             }});
  }

 private:
  std::optional<base::TokenId> shortCard() {
    const base::Time now = core_.backendTime();
    return core_.withVault([this, now](Vault& vault) -> std::optional<base::TokenId> {
      for (const Vault::Item& item : vault.list(vault::Kind::kCard)) {
        const auto card = base::TokenId::fromBytes(item.id);
        if (!card.ok() || asked_.contains(*card)) continue;
        const auto isIt = isShort(vault, *card, now);
        if (isIt.ok() && *isIt) return *card;
      }
      return std::nullopt;
    });
  }

  void keep(const SessionOutcome& outcome) {
    std::ranges::copy(outcome.applied, std::back_inserter(refilled_.applied));
    if (!outcome.error) return next();
    refilled_.error = outcome.error;
    done_(std::move(refilled_));
  }

  Core& core_;
  const Disarm disarm_;
  const std::function<void(Refilled)> done_;
  std::set<base::TokenId> asked_;
  Refilled refilled_;
};

bool hasShortCard(Core& core) {
  const base::Time now = core.backendTime();
  return isEnrolled(core) && core.withVault([now](Vault& vault) {
    return std::ranges::any_of(vault.list(vault::Kind::kCard), [&](const Vault::Item& item) {
      const auto card = base::TokenId::fromBytes(item.id);
      if (!card.ok()) return false;
      const auto isIt = isShort(vault, *card, now);
      return isIt.ok() && *isIt;
    });
  });
}

}  // namespace

void replenishNow(Core& core, const Disarm& disarm, PushTold told, const Replenishment& what) {
  if (!isEnrolled(core)) return end(core, told, notEnrolled());
  const base::Time now = core.backendTime();
  const auto isIt = core.withVault([&](Vault& vault) { return isShort(vault, what.card, now); });
  if (!isIt.ok()) return end(core, told, replenishmentRefused(core, isIt.error()));
  if (!*isIt && !what.force) return end(core, told, std::nullopt);

  ask(core, disarm,
      {.store = [&core, what] { return storeReplenishment(core, what); },
       .again =
           [&core, disarm, told, what](const SessionOutcome& outcome) mutable {
             tellApplied(told, outcome.applied);
             replenishNow(core, disarm, told, what);
           },
       .done =
           [&core, told](const SessionOutcome& outcome) mutable {
             tellApplied(told, outcome.applied);
             end(core, told, errorOf(outcome));
           }});
}

void refillNow(Core& core, const Disarm& disarm, std::function<void(Refilled)> done) {
  std::make_shared<Refill>(core, disarm, std::move(done))->next();
}

void StockKeeper::look() {
  core_.post([self = shared_from_this()] {
    if (!self->waiting_) self->begin();
  });
}

void StockKeeper::lookAtOnce() {
  core_.post([self = shared_from_this()] { self->begin(); });
}

void StockKeeper::begin() {
  waiting_ = false;
  ++turn_;
  if (busy_ || !hasShortCard(core_)) return;
  busy_ = true;
  core_.converse([self = shared_from_this()] {
    refillNow(self->core_, self->disarm_, [self](const Refilled& refilled) {
      self->core_.conversationEnded();
      self->ended(refilled);
    });
  });
}

void StockKeeper::ended(const Refilled& refilled) {
  busy_ = false;
  PushTold told(core_, core_.config.backgroundListener);
  tellApplied(told, refilled.applied);
  refilled.error ? told.fail(*refilled.error) : told.complete();
  core_.log.info("stock.refilled",
                 {{"operations", refilled.applied.size()}, {"failed", refilled.error.has_value()}});
  if (!refilled.error || !refilled.error->retryable) {
    failures_ = 0;
    return;
  }
  waiting_ = true;
  const base::Duration delay =
      backOff(limits::kRefillDelayMin, limits::kRefillDelayMax, failures_++, core_.random);
  core_.postAfter(delay, [self = shared_from_this(), turn = turn_] {
    if (self->waiting_ && self->turn_ == turn) self->begin();
  });
}

}  // namespace florin::wallet
