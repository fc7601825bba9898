// Ids: 16 random bytes with a type of their own each, so that a card's id cannot be passed for a
// device's. Their text is 32 lowercase hex characters.
#pragma once

#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace florin::base {

template <class Tag>
class Id {
 public:
  static constexpr std::size_t kSize = 16;
  static constexpr bool kLoggable = true;

  Id() = default;

  static Id random(Random& random) {
    Id id;
    random.fill(id.bytes_);
    return id;
  }

  // fromBytes: kMalformed when it is not 16 bytes.
  static Result<Id> fromBytes(ByteView bytes) {
    if (bytes.size() != kSize) return Error(Code::kMalformed, "an id is 16 bytes");
    Id id;
    std::copy(bytes.begin(), bytes.end(), id.bytes_.begin());
    return id;
  }

  // parse: kMalformed when it is not 32 lowercase hex characters.
  static Result<Id> parse(std::string_view text) {
    for (const char c : text) {
      if (c >= 'A' && c <= 'F') return Error(Code::kMalformed, "an id is lowercase hex");
    }
    FLORIN_TRY_ASSIGN(const Bytes bytes, fromHex(text));
    return fromBytes(bytes);
  }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] Bytes toBytes() const { return {bytes_.begin(), bytes_.end()}; }
  [[nodiscard]] std::string toString() const { return toHex(bytes_); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// One installation of the SDK; made by it, stable until a wipe.
using WalletId = Id<struct WalletTag>;
// An enrolled device, named by the backend at E4.
using DeviceId = Id<struct DeviceTag>;
// One answered shareP of device enrollment (D5).
using EnrollmentId = Id<struct EnrollmentTag>;
// digitalCardId: a digital card at the gateway.
using DigitalCardId = Id<struct DigitalCardTag>;
// tokenizedCardId: the same card's token at the TSP, and the card's name in the vault.
using TokenId = Id<struct TokenTag>;
// One digitization, end to end.
using CorrelationId = Id<struct CorrelationTag>;
// An issuer or a wallet provider.
using TenantId = Id<struct TenantTag>;
// A backend key: identity, channel or transport.
using KeyId = Id<struct KeyTag>;
// One authorization at the TSP.
using AuthorizationId = Id<struct AuthorizationTag>;
// One choice of a method of ID&V by its cardholder.
using ChoiceId = Id<struct ChoiceTag>;
// One notice to an issuer.
using NoticeId = Id<struct NoticeTag>;

}  // namespace florin::base
