// Notices writes what issuers are to be told, in the unit of work that it tells of: a notice stands
// when the change does.
#pragma once

#include <functional>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "ports/push_sender.h"
#include "ports/store.h"

namespace florin::notify {

// What an issuer wants to be told.
struct NoticeWish {
  base::TenantId issuer;
  bool cardStates = false;
  bool transactions = false;
};

// nameOf gives the `type` of its body.
Literal nameOf(records::NoticeType type);

// Thread-safe.
class Notices {
 public:
  // Borrows all but the wishes. `bell` rings whoever carries them.
  Notices(std::vector<NoticeWish> wishes, ports::PushBell& bell, base::Clock& clock,
          base::Random& random)
      : wishes_(std::move(wishes)), bell_(bell), clock_(clock), random_(random) {}

  [[nodiscard]] bool wants(const base::TenantId& issuer, records::NoticeType type) const;

  // put writes a notice about a card to its issuer, in the caller's unit; `fill` adds what is of
  // its type to the body. Nothing when the issuer does not want it. One that finds no room is
  // dropped: the issuer sees that a number is missing.
  Status put(ports::Unit& unit, const records::DigitalCard& card, records::NoticeType type,
             const std::function<void(codec::JsonObject&)>& fill);

 private:
  const std::vector<NoticeWish> wishes_;
  ports::PushBell& bell_;
  base::Clock& clock_;
  base::Random& random_;
};

}  // namespace florin::notify
