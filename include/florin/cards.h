// Cards of this wallet: what they are, what state they are in, how many payments are left.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "florin/result.h"
#include "florin/version.h"

namespace florin {

enum class CardState : std::uint8_t { INACTIVE, ACTIVE, SUSPENDED, RETIRED, UNKNOWN };

FLORIN_EXPORT std::string_view name(CardState state);

// A snapshot of one card.
struct DigitalizedCard {
  std::string tokenizedCardId;
  std::string digitalCardId;
  CardState state = CardState::UNKNOWN;
  std::string product;
  std::string scheme;
  std::string panLastFour;
  std::string dpanLastFour;
  std::string panExpiry;           // MMYY
  std::uint32_t paymentsLeft = 0;  // none when its limited-use key has expired
  bool needsReplenishment =
      false;  // by its program's policy: few payments left, or a key near expiry
  // Of a limited-use key; single-use keys do not expire.
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> keyExpires;
  bool isDefault = false;
};

class FLORIN_EXPORT DigitalizedCardManager {
 public:
  virtual ~DigitalizedCardManager() = default;
  [[nodiscard]] virtual std::vector<DigitalizedCard> getAllCards() const = 0;
  [[nodiscard]] virtual std::optional<DigitalizedCard> getCard(
      const std::string& tokenizedCardId) const = 0;
  [[nodiscard]] virtual std::optional<std::string> getDefaultCard() const = 0;

  // setDefaultCard is durable when it returns. kNotFound: no such card.
  virtual Status setDefaultCard(const std::string& tokenizedCardId) = 0;
  [[nodiscard]] virtual std::optional<std::string> getDigitalCardId(
      const std::string& tokenizedCardId) const = 0;
  [[nodiscard]] virtual std::optional<std::string> getTokenizedCardId(
      const std::string& digitalCardId) const = 0;
};

class FLORIN_EXPORT SDKDataController {
 public:
  virtual ~SDKDataController() = default;

  // wipeAll erases every card, key and the wallet's identity; afterwards the Wallet must be closed
  // and opened anew. Durable when it returns. The keys of DeviceKeys are removed too; while one
  // cannot be, its handle alone stays in the vault, for the next opening.
  virtual Status wipeAll() = 0;
  virtual Status wipeCard(const std::string& tokenizedCardId) = 0;
};

}  // namespace florin
