// Card emulation: the application's NFC service passes the terminal's commands here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

enum class DeactivationReason : std::uint8_t { LINK_LOSS, DESELECTED };

// Hears of taps, on the executor.
class FLORIN_EXPORT CardEmulationListener {
 public:
  virtual ~CardEmulationListener() = default;

  // onAuthenticationRequired: a payment with this card needs its holder's word and was put off. He
  // proves himself to the application, which calls setUserAuthenticated and asks for a second tap.
  virtual void onAuthenticationRequired(const std::string& tokenizedCardId) = 0;

  // onCryptogramMade: the terminal has what it needs for a payment, or for its decline.
  virtual void onCryptogramMade(const std::string& tokenizedCardId) = 0;
};

class FLORIN_EXPORT CardEmulation {
 public:
  virtual ~CardEmulation() = default;

  // arm spends the next key of the card that pays next durably and makes it ready, so that
  // processApdu does no I/O (D8). Arming what is armed is free. A process that ends takes its armed
  // key with it: a payment less, never one more. kExhausted: no key is left; kWrongState: no active
  // card to pay with.
  virtual Status arm() = 0;

  // setUserAuthenticated: the cardholder has just proved himself on this device, by its unlocking,
  // a fingerprint, a PIN. It counts for one payment within `validFor`, of at most five minutes
  // (consumer device CVM). A payment within its program's limit needs none.
  virtual void setUserAuthenticated(std::chrono::milliseconds validFor) = 0;

  // setNextTransactionCard puts a card before the default one for one payment; an empty id ends
  // that. Not durable. kNotFound: no such card.
  virtual Status setNextTransactionCard(const std::string& tokenizedCardId) = 0;

  // setListener: of the last one given; null ends it.
  virtual void setListener(std::shared_ptr<CardEmulationListener> listener) = 0;

  // processApdu answers one command APDU (ISO 7816-4) with data and SW1 SW2. Synchronous, on the
  // NFC thread; every input has an answer.
  virtual Bytes processApdu(ByteView command) = 0;

  // onDeactivated ends the present transaction; an armed key survives it.
  virtual void onDeactivated(DeactivationReason reason) = 0;
};

}  // namespace florin
