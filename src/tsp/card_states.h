// The life of a token as one table: what an event makes of each state (docs/life-cycle.md). Who
// suspended a card must resume it, so suspenders are a set, and the card is active again only when
// the set is empty.
#pragma once

#include <array>
#include <optional>

#include "base/time.h"
#include "florin/result.h"
#include "records/tokens.h"

namespace florin::tsp {

// Inactive: digitized, but ID&V is missing or no device has claimed it yet. Retired: its expiry has
// passed; no event makes a card so.
enum class CardLife : std::uint8_t {
  kInactive,
  kInactiveSuspended,
  kActive,
  kSuspended,
  kRetired,
  kDeleted,
};

// Resume is the event of the last suspender: as long as others are left the state stays. Renew
// gives a card another profile; a retired card lives on when its expiry is a later one.
enum class CardEvent : std::uint8_t { kActivate, kSuspend, kResume, kDelete, kRenew };

// Rows by CardLife, columns by CardEvent; nothing is a refusal (561).
using CardRow = std::array<std::optional<CardLife>, 5>;
inline constexpr std::array<CardRow, 6> kCardTable = [] {
  using enum CardLife;
  constexpr std::nullopt_t kRefused = std::nullopt;
  return std::array<CardRow, 6>{{
      // activate    suspend             resume     delete    renew
      {kActive, kInactiveSuspended, kInactive, kDeleted, kInactive},
      {kSuspended, kInactiveSuspended, kInactive, kDeleted, kInactiveSuspended},
      {kActive, kSuspended, kActive, kDeleted, kActive},
      {kSuspended, kSuspended, kActive, kDeleted, kSuspended},
      {kRefused, kRefused, kRefused, kDeleted, kRetired},
      {kRefused, kRefused, kRefused, kDeleted, kRefused},
  }};
}();

// next gives the state after an event, or nothing when the state does not allow it.
constexpr std::optional<CardLife> next(CardLife life, CardEvent event) {
  return kCardTable.at(static_cast<std::size_t>(life)).at(static_cast<std::size_t>(event));
}

// Why an event was refused: the detail of its Error.
enum class CardRefusal : std::uint8_t { kRetired = 1, kDeleted = 2, kSuspendedByOthers = 3 };

// An event and who causes it; `by` counts for suspend and resume only. An operator resumes what
// the system suspended, too, but not while the card's device is suspended.
struct CardStep {
  CardEvent event = CardEvent::kActivate;
  records::Suspender by = records::Suspender::kSystem;
  bool onSuspendedDevice = false;
};

// lifeOf gives the state of a row at a moment.
CardLife lifeOf(const records::Token& token, base::Time now);

// stepped gives the row after a step; the same row when the step changes nothing. kWrongState with
// a CardRefusal: the table refuses it, or only others have suspended the card that is to be
// resumed.
Result<records::Token> stepped(const records::Token& token, const CardStep& step, base::Time now);

// refusalOf reads the CardRefusal of an Error, if it carries one.
std::optional<CardRefusal> refusalOf(const Error& error);

}  // namespace florin::tsp
