// Who may change a card changes it: issuer, operator and cardholder, now and then, and in bursts.
#include "base/bytes.h"
#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kCallsAtOnce = 8;
constexpr std::uint8_t kBusinesses = static_cast<std::uint8_t>(records::Suspender::kIssuer) |
                                     static_cast<std::uint8_t>(records::Suspender::kOperator);

const char* nameOf(App::Change change) {
  switch (change) {
    case App::Change::kSuspend: return "suspend";
    case App::Change::kResume: return "resume";
    case App::Change::kDelete: return "delete";
  }
  return "unknown";
}

}  // namespace

void Fleet::burst(std::size_t count) {
  trace_.line("burst", count);
  for (std::size_t i = 0; i < count; ++i) {
    schedule_.after(troubles_.between(0s, 10min), [this] { storm(); });
  }
}

void Fleet::storm() {
  const auto actor = static_cast<Actor>(troubles_.below(3));
  const auto dice = troubles_.below(100);
  Party& party = someone();
  if (!isIdle(party) || excused(party)) return;
  changeCard(party, actor,
             dice < 40   ? App::Change::kSuspend
             : dice < 94 ? App::Change::kResume
                         : App::Change::kDelete);
}

void Fleet::changeCard(Party& party, Actor actor, App::Change what) {
  const auto cards = party.device->wallet().getDigitalizedCardManager().getAllCards();
  if (cards.empty()) return;
  const std::string& id = cards[troubles_.below(cards.size())].digitalCardId;
  for (std::size_t i = 0; i < party.app->cards.size(); ++i) {
    if (party.app->cards[i].digitalCardId != id) continue;
    if (actor == Actor::kWallet) {
      party.app->change(i, what);
    } else {
      orderCard(party, id, actor, what);
    }
    if (what != App::Change::kDelete) return;
    // The user wants it again, after a while.
    schedule_.after(troubles_.between(1h, 60h), [this, &party, i] {
      if (calm_) return;
      party.app->cards[i].wanted = true;
      if (party.device->up()) pursue(party, kCallsAtOnce);
    });
    return;
  }
}

std::optional<records::Token> Fleet::tokenOf(const std::string& digitalCardId) {
  const auto id = base::DigitalCardId::parse(digitalCardId);
  if (!id.ok()) return std::nullopt;
  return backend_.durable()
      .read([&](ports::Unit& unit) -> Result<std::optional<records::Token>> {
        FLORIN_TRY_ASSIGN(const auto card,
                          unit.digitalCards().find(material_.walletProvider(), *id));
        if (!card) return std::optional<records::Token>();
        return unit.tokens().find(card->issuer, card->tokenId);
      })
      .value();
}

Fleet::Wish Fleet::readWish(const records::Token& token) {
  return {static_cast<std::uint8_t>(token.suspenders & kBusinesses),
          token.state == records::TokenState::kDeleted, token.expiry};
}

// checkWish: what was ordered of a card stays so until the next order (I5); but others may delete
// it.
void Fleet::checkWish(const std::string& card, const records::Token& now) {
  const auto known = wishes_.find(card);
  if (known == wishes_.end() || now.state == records::TokenState::kDeleted) return;
  verdict_.require(readWish(now) == known->second, "I5", "an order about a card was lost");
}

std::optional<TransportResponse> Fleet::postOrder(Actor actor, const std::string& card,
                                                  const std::string& what,
                                                  const std::string& body) {
  const bool issuer = actor == Actor::kIssuer;
  const std::string root = issuer ? "/issuer/v1/cards/" : "/admin/v1/cards/";
  return backend_.serve(
      {"POST",
       root + card + "/" + what,
       {{"authorization", std::string("Bearer ") + (issuer ? kIssuerToken : kOperatorToken)}},
       base::toBytes(base::asBytes(body))});
}

// orderCard: what was accepted is durable (I5).
void Fleet::orderCard(Party& party, const std::string& card, Actor actor, App::Change what) {
  const auto before = tokenOf(card);
  if (!before) return;
  checkWish(card, *before);
  const bool issuer = actor == Actor::kIssuer;
  const auto response = postOrder(actor, card, nameOf(what), {});
  trace_.line("card", party.device->index(), nameOf(what), static_cast<int>(actor),
              response ? response->status : -1);
  const auto after = tokenOf(card);
  if (!after) return;
  const auto bit = static_cast<std::uint8_t>(issuer ? records::Suspender::kIssuer
                                                    : records::Suspender::kOperator);
  const bool suspended = (after->suspenders & bit) != 0;
  const bool deleted = after->state == records::TokenState::kDeleted;
  if (response && response->status == 200) {
    verdict_.require(what == App::Change::kDelete    ? deleted
                     : what == App::Change::kSuspend ? suspended
                                                     : !suspended,
                     "I5", "an order about a card was accepted and not stored");
  }
  wishes_[card] = readWish(*after);
  backendChecks_.operated(party.walletId);
}

}  // namespace florin::sim
