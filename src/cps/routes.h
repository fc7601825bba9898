// Routes of CPS, the device API (D11): WSE as JSON, enrollment and exchange as octet streams.
#pragma once

#include <vector>

#include "cps/card_renewal.h"
#include "cps/devices.h"
#include "cps/enrollments.h"
#include "cps/exchanges.h"
#include "cps/parked_operations.h"
#include "cps/registration.h"
#include "cps/wallet_auth.h"
#include "ports/http.h"

namespace florin::cps {

// What the routes call; everything is borrowed.
struct Services {
  Backend& backend;
  WalletAuth& auth;
  Registration& registration;
  Enrollments& enrollments;
  Exchanges& exchanges;
  Devices& devices;
  CardLifeCycle& cards;
  ParkedOperations& parked;
  CardRenewal& renewal;
};

std::vector<ports::Route> makeRoutes(const Services& services);

}  // namespace florin::cps
