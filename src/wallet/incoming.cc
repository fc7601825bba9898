#include "wallet/incoming.h"

#include <algorithm>

namespace florin::wallet {
namespace {

bool equalWithoutCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view valueOf(const std::map<std::string, std::string>& bundle, std::string_view key) {
  for (const auto& [name, value] : bundle) {
    if (equalWithoutCase(name, key)) return value;
  }
  return {};
}

}  // namespace

Incoming readIncoming(const std::map<std::string, std::string>& bundle) {
  const std::string_view sender = valueOf(bundle, "sender");
  if (sender == "CPS") return FetchWhatWaits();
  const std::string_view action = valueOf(bundle, "action");
  const auto card = base::DigitalCardId::parse(valueOf(bundle, "digitalCardID"));
  if (!card.ok()) return NotOurs();
  if (sender == "MG" && action == "MG:ReplenishmentNeededNotification") return ReplenishCard{*card};
  if (sender == "TNS" && action == "TNS:PaymentTransactionNotification") return PaymentMade{*card};
  return NotOurs();
}

}  // namespace florin::wallet
