// Material is what all runs of a process share: the backend's keys, which take long to make, and
// its catalog. It is immutable and used from several threads.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "ports/key_custody.h"
#include "tsp/catalog.h"

namespace florin::sim {

class Material {
 public:
  static Material make();

  // custody is an HSM: it outlives the backend's processes. `rotated`: with a new channel key.
  [[nodiscard]] ports::KeyCustody& custody(bool rotated) const {
    return rotated ? *rotatedCustody_ : *custody_;
  }
  [[nodiscard]] const tsp::Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] const base::TenantId& issuer() const { return issuer_; }
  [[nodiscard]] const base::TenantId& walletProvider() const { return walletProvider_; }

 private:
  base::TenantId issuer_;
  base::TenantId walletProvider_;
  std::unique_ptr<ports::KeyCustody> custody_;
  std::unique_ptr<ports::KeyCustody> rotatedCustody_;
  std::unique_ptr<tsp::Catalog> catalog_;
};

// The bank has a program of each kind.
enum class Keys : std::uint8_t { kSingleUse, kLimitedUse };

inline constexpr const char* kBackendId = "florin-sim";
inline constexpr const char* kAcquirerToken = "acquirer";
inline constexpr const char* kIssuerToken = "issuer";
inline constexpr const char* kOperatorToken = "operator";
inline constexpr unsigned kKeyStock = 10;  // of program K2
inline constexpr unsigned kLukUses = 10;   // of program LUK: as many payments as a stock
inline constexpr auto kLukLifetime = std::chrono::hours(72);

}  // namespace florin::sim
