// What people have to know of afterwards (docs/operations.md): who changed what.
#pragma once

#include "cps/actor.h"
#include "cps/backend.h"

namespace florin::cps {

struct Audited {
  Actor by = {};
  Literal action;  // as in the log: "device.suspended"
  ByteView subject;
  std::string facts = {};  // for a person; no secret
};

// audit adds an entry in the caller's unit, so that it stands when the change does.
Status audit(ports::Unit& unit, const Backend& backend, const Audited& what);

}  // namespace florin::cps
