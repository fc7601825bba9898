#include "tsp/card_states.h"

#include "tsp/expiry.h"
#include "tsp/suspenders.h"

namespace florin::tsp {
namespace {

using records::Suspender;
using records::TokenState;

Error refusal(Literal text, CardRefusal reason) {
  return {Code::kWrongState, text, static_cast<std::int64_t>(reason)};
}

Error refusalIn(CardLife life) {
  if (life == CardLife::kRetired) return refusal("the card has expired", CardRefusal::kRetired);
  return refusal("the card was deleted", CardRefusal::kDeleted);
}

TokenState stateOf(CardLife life, TokenState before) {
  switch (life) {
    case CardLife::kInactive:
    case CardLife::kInactiveSuspended: return TokenState::kInactive;
    case CardLife::kActive: return TokenState::kActive;
    case CardLife::kSuspended: return TokenState::kSuspended;
    case CardLife::kDeleted: return TokenState::kDeleted;
    case CardLife::kRetired: break;
  }
  return before;
}

// Who is left in the set after a resume.
Result<std::uint8_t> resumed(std::uint8_t suspenders, const CardStep& step) {
  const auto left = withoutSuspender(suspenders, step.by, step.onSuspendedDevice);
  if (left) return *left;
  return refusal("the card was suspended by others", CardRefusal::kSuspendedByOthers);
}

}  // namespace

CardLife lifeOf(const records::Token& token, base::Time now) {
  if (token.state == TokenState::kDeleted) return CardLife::kDeleted;
  if (isExpired(token.expiry, now)) return CardLife::kRetired;
  switch (token.state) {
    case TokenState::kInactive:
      return token.suspenders == 0 ? CardLife::kInactive : CardLife::kInactiveSuspended;
    case TokenState::kActive: return CardLife::kActive;
    case TokenState::kSuspended: return CardLife::kSuspended;
    case TokenState::kDeleted: break;
  }
  return CardLife::kDeleted;
}

Result<records::Token> stepped(const records::Token& token, const CardStep& step, base::Time now) {
  const CardLife life = lifeOf(token, now);
  const auto after = next(life, step.event);
  if (!after) return refusalIn(life);
  records::Token changed = token;
  switch (step.event) {
    case CardEvent::kSuspend: changed.suspenders = withSuspender(token.suspenders, step.by); break;
    case CardEvent::kResume: {
      FLORIN_TRY_ASSIGN(changed.suspenders, resumed(token.suspenders, step));
      if (changed.suspenders != 0) return changed;
      break;
    }
    case CardEvent::kDelete: changed.suspenders = 0; break;
    case CardEvent::kActivate:
    case CardEvent::kRenew: break;
  }
  changed.state = stateOf(*after, token.state);
  return changed;
}

std::optional<CardRefusal> refusalOf(const Error& error) {
  constexpr auto kFirst = static_cast<std::int64_t>(CardRefusal::kRetired);
  constexpr auto kLast = static_cast<std::int64_t>(CardRefusal::kSuspendedByOthers);
  if (error.code() != Code::kWrongState || error.detail() < kFirst || error.detail() > kLast) {
    return std::nullopt;
  }
  return static_cast<CardRefusal>(error.detail());
}

}  // namespace florin::tsp
