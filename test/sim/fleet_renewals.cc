// Cards that go on with other data: issuer and operator renew them, and cards that were used for
// long come to the end of a PSN (D8).
#include "base/limits.h"
#include "base/running_atc.h"
#include "fleet.h"

namespace florin::sim {
namespace {

constexpr unsigned kYears = 6;     // that a renewal may choose from
constexpr unsigned kFewUses = 24;  // that a card which was used for long has left of its PSN

}  // namespace

std::string Fleet::someCardOf(const Party& party) {
  const auto cards = party.device->wallet().getDigitalizedCardManager().getAllCards();
  if (cards.empty()) return {};
  return cards[troubles_.below(cards.size())].digitalCardId;
}

void Fleet::renewSomeCard() {
  const Actor actor = troubles_.percent(50) ? Actor::kIssuer : Actor::kOperator;
  const bool profileOnly = troubles_.percent(40);
  const std::string expiry =
      "0" + std::to_string(1 + troubles_.below(9)) + std::to_string(31 + troubles_.below(kYears));
  Party& party = someone();
  if (!isIdle(party) || excused(party)) return;
  const std::string card = someCardOf(party);
  if (!card.empty()) renewCard(party, card, actor, profileOnly ? std::string() : expiry);
}

// renewCard: a renewal that was accepted is durable (I5). It is no reason to count anew (D8).
void Fleet::renewCard(Party& party, const std::string& card, Actor actor,
                      const std::string& expiry) {
  const auto before = tokenOf(card);
  if (!before) return;
  checkWish(card, *before);
  const std::string body = expiry.empty() ? "" : "{\"panExpiry\":\"" + expiry + "\"}";
  const auto response = postOrder(actor, card, "renew", body);
  trace_.line("renew", party.device->index(), expiry, static_cast<int>(actor),
              response ? response->status : -1);
  const auto after = tokenOf(card);
  if (!after) return;
  if (response && response->status == 200) {
    ++renewals_;
    verdict_.require(after->expiry == (expiry.empty() ? before->expiry : expiry), "I5",
                     "a renewal was accepted and not stored");
  }
  verdict_.require(after->psn == before->psn && after->nextAtc == before->nextAtc, "I2",
                   "a renewal changed what its card counts");
  wishes_[card] = readWish(*after);
  backendChecks_.operated(party.walletId);
}

// ageSomeCard: the numbers of keys to come are those of a card that has paid for years, so that it
// soon gets the next PSN. A device that never used what was leapt over would then hold keys further
// above its last one than a real device does, which a restore relies on.
void Fleet::ageSomeCard() {
  if (restoreIsToCome_) return;
  const bool atItsEnd = troubles_.percent(50);
  const auto few = static_cast<std::uint32_t>(troubles_.below(kFewUses));
  const std::uint32_t left = base::limits::kRenewAtcBelow + few - (atItsEnd ? few + 1 : 0);
  Party& party = someone();
  if (!isIdle(party) || excused(party) || party.checks->isAhead()) return;
  const std::string card = someCardOf(party);
  const auto token = card.empty() ? std::nullopt : tokenOf(card);
  if (!token || token->state == records::TokenState::kDeleted) return;
  const std::uint32_t next = base::runningAtc(token->psn, 0) + base::kAtcsPerPsn - left;
  if (token->nextAtc >= next) return;
  trace_.line("aged", party.device->index(), next);
  const Status written = backend_.durable().write([&](ports::Unit& unit) {
    records::Token aged = *token;
    aged.nextAtc = next;
    return unit.tokens().update(aged);
  });
  verdict_.require(written.ok(), "I9", "a card cannot grow old");
}

}  // namespace florin::sim
