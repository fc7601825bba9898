// Card emulation: the application's NFC service passes the terminal's commands here.
#pragma once

#include <cstdint>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

enum class DeactivationReason : std::uint8_t { LINK_LOSS, DESELECTED };

class FLORIN_EXPORT CardEmulation {
 public:
  virtual ~CardEmulation() = default;

  // arm spends the next key of the default card durably and makes it ready, so that processApdu
  // does no I/O (D8). Arming what is armed is free. kExhausted: no key is left; kWrongState: no
  // active default card.
  virtual Status arm() = 0;

  // processApdu answers one command APDU (ISO 7816-4, short) with data and SW1 SW2. Synchronous, on
  // the NFC thread; every input has an answer.
  virtual Bytes processApdu(ByteView command) = 0;

  // onDeactivated ends the present transaction; an armed key survives it.
  virtual void onDeactivated(DeactivationReason reason) = 0;
};

}  // namespace florin
