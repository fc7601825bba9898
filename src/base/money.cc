#include "base/money.h"

#include <array>

namespace florin::base {
namespace {

struct Currency {
  std::string_view code;
  std::uint16_t number;
  unsigned decimals;
};

// ISO 4217, the currencies that programs of ours have used; a new one is a line here.
constexpr std::array kCurrencies = {
    Currency{"AED", 784, 2}, Currency{"AUD", 36, 2},  Currency{"BRL", 986, 2},
    Currency{"CAD", 124, 2}, Currency{"CHF", 756, 2}, Currency{"CNY", 156, 2},
    Currency{"CZK", 203, 2}, Currency{"DKK", 208, 2}, Currency{"EUR", 978, 2},
    Currency{"GBP", 826, 2}, Currency{"HUF", 348, 2}, Currency{"INR", 356, 2},
    Currency{"JPY", 392, 0}, Currency{"KRW", 410, 0}, Currency{"KWD", 414, 3},
    Currency{"MXN", 484, 2}, Currency{"NOK", 578, 2}, Currency{"PLN", 985, 2},
    Currency{"RON", 946, 2}, Currency{"SAR", 682, 2}, Currency{"SEK", 752, 2},
    Currency{"SGD", 702, 2}, Currency{"TND", 788, 3}, Currency{"TRY", 949, 2},
    Currency{"UAH", 980, 2}, Currency{"USD", 840, 2}, Currency{"ZAR", 710, 2},
};

constexpr std::size_t kMaxDigits = 12;  // EMV Book 3 annex A, tag 9F02: n 12

bool isDigit(char c) { return c >= '0' && c <= '9'; }

const Currency* findCode(std::string_view code) {
  for (const Currency& currency : kCurrencies) {
    if (currency.code == code) return &currency;
  }
  return nullptr;
}

const Currency* findNumber(std::uint16_t number) {
  for (const Currency& currency : kCurrencies) {
    if (currency.number == number) return &currency;
  }
  return nullptr;
}

}  // namespace

Result<Money> parseMoney(std::string_view amount, std::string_view currency) {
  const Currency* known = findCode(currency);
  if (known == nullptr)
    return Error(Code::kUnsupported, "currency is not in the table of ISO 4217 codes");
  const std::size_t point = amount.find('.');
  const std::string_view whole = amount.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : amount.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) {
    return Error(Code::kInvalidArgument, "amount is not digits, a point and decimals");
  }
  if (fraction.size() > known->decimals) {
    return Error(Code::kInvalidArgument, "amount has more decimals than its currency",
                 known->decimals);
  }
  std::string digits = std::string(whole) + std::string(fraction);
  digits.append(known->decimals - fraction.size(), '0');
  if (digits.size() > kMaxDigits) return Error(Code::kInvalidArgument, "amount has over 12 digits");
  std::int64_t minorUnits = 0;
  for (const char c : digits) {
    if (!isDigit(c))
      return Error(Code::kInvalidArgument, "amount is not digits, a point and decimals");
    minorUnits = minorUnits * 10 + (c - '0');
  }
  return Money{minorUnits, known->number};
}

std::string formatMoney(const Money& money) {
  const Currency* known = findNumber(money.currency);
  const unsigned decimals = known == nullptr ? 0 : known->decimals;
  const bool negative = money.minorUnits < 0;
  std::string digits = std::to_string(money.minorUnits);
  if (negative) digits.erase(0, 1);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, ".");
  return (negative ? "-" : "") + digits + " " +
         (known == nullptr ? std::to_string(money.currency) : std::string(known->code));
}

}  // namespace florin::base
