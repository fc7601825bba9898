// Cardholder is the person at the device, who may prove himself on it (consumer device CVM).
#pragma once

#include "base/ids.h"

namespace florin::card {

class Cardholder {
 public:
  virtual ~Cardholder() = default;

  // isVerified tells whether he has proved himself for the payment that is being made.
  virtual bool isVerified() = 0;

  // verificationWanted: a payment with this card needs it and was put off, no key spent. He proves
  // himself, then taps again.
  virtual void verificationWanted(const base::TokenId& token) = 0;
};

}  // namespace florin::card
