// Routes of the gateway: /gateway/v1/..., JSON, signed by the wallet key.
#pragma once

#include <vector>

#include "cps/devices.h"
#include "cps/wallet_auth.h"
#include "gateway/card_faces.h"
#include "gateway/digitization.h"
#include "gateway/eligibility.h"
#include "gateway/histories.h"
#include "gateway/step_ups.h"
#include "ports/http.h"

namespace florin::gateway {

// Borrowed.
struct Services {
  cps::Backend& backend;
  cps::WalletAuth& auth;
  Eligibility& eligibility;
  Digitization& digitization;
  StepUps& stepUps;
  Histories& histories;
  CardFaces& faces;
  cps::CardLifeCycle& cards;
  cps::Devices& devices;
};

std::vector<ports::Route> makeRoutes(const Services& services);

}  // namespace florin::gateway
