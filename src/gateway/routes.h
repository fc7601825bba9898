// Routes of the gateway: /gateway/v1/..., JSON, signed by the wallet key.
#pragma once

#include <vector>

#include "cps/devices.h"
#include "cps/wallet_auth.h"
#include "gateway/digitization.h"
#include "gateway/histories.h"
#include "gateway/step_ups.h"
#include "ports/http.h"

namespace florin::gateway {

// Borrowed.
struct Services {
  cps::Backend& backend;
  cps::WalletAuth& auth;
  Digitization& digitization;
  StepUps& stepUps;
  Histories& histories;
  cps::CardLifeCycle& cards;
  cps::Devices& devices;
};

std::vector<ports::Route> makeRoutes(const Services& services);

}  // namespace florin::gateway
