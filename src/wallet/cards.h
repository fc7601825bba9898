// The cards of the wallet as the application sees them, and erasing them on this device.
#pragma once

#include "wallet/core.h"
#include "wallet/session.h"

namespace florin::wallet {

class CardService : public DigitalizedCardManager {
 public:
  CardService(Core& core, Disarm disarm) : core_(core), disarm_(std::move(disarm)) {}

  [[nodiscard]] std::vector<DigitalizedCard> getAllCards() const override;
  [[nodiscard]] std::optional<DigitalizedCard> getCard(
      const std::string& tokenizedCardId) const override;
  [[nodiscard]] std::optional<std::string> getDefaultCard() const override;
  Status setDefaultCard(const std::string& tokenizedCardId) override;
  [[nodiscard]] std::optional<std::string> getDigitalCardId(
      const std::string& tokenizedCardId) const override;
  [[nodiscard]] std::optional<std::string> getTokenizedCardId(
      const std::string& digitalCardId) const override;

 private:
  Core& core_;
  Disarm disarm_;
};

class DataService : public SDKDataController {
 public:
  DataService(Core& core, Disarm disarm) : core_(core), disarm_(std::move(disarm)) {}

  Status wipeAll() override;
  Status wipeCard(const std::string& tokenizedCardId) override;

 private:
  Core& core_;
  Disarm disarm_;
};

}  // namespace florin::wallet
