// Acquirer sends the payments of cards whose keys it derives itself, from the master key in the
// custody of a backend under test: cards and terminals cost nothing here.
#pragma once

#include <string>

#include "backend_process.h"
#include "enrolled_device.h"

namespace florin::bench {

class Acquirer {
 public:
  // open reads the backend's master key of program K2 and its acquirer's token.
  static Result<Acquirer> open(const BackendProcess& backend);

  // authorize makes the device's next payment. kInternal: it was declined. Thread-safe.
  Status authorize(const World& world, Client& client, EnrolledDevice& device) const;

 private:
  Acquirer(SecretBytes masterKey, std::string token)
      : masterKey_(std::move(masterKey)), token_(std::move(token)) {}

  SecretBytes masterKey_;
  std::string token_;
};

}  // namespace florin::bench
