#include "terminal/cardholder_verification.h"

#include "base/bytes.h"

namespace florin::terminal {
namespace {

constexpr std::uint8_t kOnlinePin = 0x02;
constexpr std::uint8_t kNoVerification = 0x1F;
constexpr std::uint8_t kNextIfUnsuccessful = 0x40;
constexpr std::uint8_t kMethodBits = 0x3F;
constexpr std::uint8_t kNothingPerformed = 0x3F;

enum ResultByte : std::uint8_t { kUnknown = 0, kFailed = 1, kSuccessful = 2 };

struct Amounts {
  std::uint64_t x = 0;
  std::uint64_t y = 0;
};

bool knows(std::uint8_t method, const VerificationFacts& facts) {
  return method == kNoVerification || (method == kOnlinePin && facts.onlinePin);
}

// Conditions of Book 3, table 40.
bool applies(std::uint8_t condition, std::uint8_t method, const Amounts& amounts,
             const VerificationFacts& facts) {
  switch (condition) {
    case 0x00: return true;
    case 0x03: return knows(method, facts);
    case 0x06: return facts.applicationCurrency && facts.amount < amounts.x;
    case 0x07: return facts.applicationCurrency && facts.amount > amounts.x;
    case 0x08: return facts.applicationCurrency && facts.amount < amounts.y;
    case 0x09: return facts.applicationCurrency && facts.amount > amounts.y;
    default: return false;  // cash and conditions that this terminal does not meet
  }
}

}  // namespace

Result<VerificationResult> verifyCardholder(ByteView list, const VerificationFacts& facts) {
  if (list.size() < 10 || list.size() % 2 != 0) {
    return Error(Code::kMalformed, "CVM list has no rules");
  }
  const Amounts amounts = {base::readBigEndian(list.first(4)),
                           base::readBigEndian(list.subspan(4, 4))};
  VerificationResult result;
  result.results = {kNothingPerformed, 0, kFailed};
  for (ByteView rules = list.subspan(8); !rules.empty(); rules = rules.subspan(2)) {
    const std::uint8_t method = rules[0] & kMethodBits;
    if (!applies(rules[1], method, amounts, facts)) continue;
    if (knows(method, facts)) {
      result.successful = true;
      result.onlinePin = method == kOnlinePin;
      const std::uint8_t outcome = result.onlinePin ? kUnknown : kSuccessful;
      result.results = {rules[0], rules[1], outcome};
      return result;
    }
    result.results = {rules[0], rules[1], kFailed};
    if ((rules[0] & kNextIfUnsuccessful) == 0) return result;
  }
  return result;
}

}  // namespace florin::terminal
