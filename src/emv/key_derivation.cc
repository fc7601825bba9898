#include "emv/key_derivation.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "base/limits.h"
#include "crypto/aes.h"
#include "crypto/des3.h"
#include "crypto/hash.h"

namespace florin::emv {
namespace {

constexpr std::size_t kKey = 16;
constexpr std::size_t kBlock = 8;
constexpr std::size_t kBlockDigits = 16;
constexpr std::size_t kIndexDigits = 7;
constexpr std::uint32_t kIndexesPerHour = 100;

void setOddParity(SecretBytes& key) {
  for (std::uint8_t& byte : key.exposeMutable()) {
    if (std::popcount(byte) % 2 == 0) byte ^= 1;
  }
}

// Encrypts two blocks under `key` into a new key.
SecretBytes deriveKey(const SecretBytes& key, const SecretBytes& blocks) {
  FLORIN_CHECK(key.size() == kKey && blocks.size() == kKey);
  return crypto::tdesEcbEncrypt(key, blocks.expose());
}

// PAN and PSN as decimal digits, one per byte (0 to 9, not characters).
Result<SecretBytes> panAndPsn(const SecretBytes& panDigits, std::uint8_t psn) {
  if (panDigits.empty() || panDigits.size() > base::limits::kPanDigits) {
    return Error(Code::kInvalidArgument, "card number has no digits or too many");
  }
  if (psn > 99) return Error(Code::kInvalidArgument, "card sequence number is above 99");
  SecretBytes digits(panDigits.size() + 2);
  const auto out = digits.exposeMutable();
  for (std::size_t i = 0; i < panDigits.size(); ++i) {
    const std::uint8_t c = panDigits.expose()[i];
    if (c < '0' || c > '9') {
      return Error(Code::kInvalidArgument, "card number has something that is no digit");
    }
    out[i] = static_cast<std::uint8_t>(c - '0');
  }
  out[panDigits.size()] = psn / 10;
  out[panDigits.size() + 1] = psn % 10;
  return digits;
}

// Packs digits to the right end of `out`, zeros on the left; the leftmost ones are lost when there
// are too many.
void packRight(ByteView digits, std::span<std::uint8_t> out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < std::min(digits.size(), out.size() * 2); ++i) {
    const std::uint8_t digit = digits[digits.size() - 1 - i];
    out[out.size() - 1 - i / 2] |= static_cast<std::uint8_t>(i % 2 == 0 ? digit : digit << 4);
  }
}

// Option B for long PANs: the first 16 decimal digits of the hash of PAN and PSN, then its letters
// as A -> 0 ... F -> 5.
SecretBytes hashedDigits(ByteView digits) {
  SecretBytes packed((digits.size() + 1) / 2);
  packRight(digits, packed.exposeMutable());
  const auto hash = crypto::sha1(packed.expose());
  SecretBytes chosen(kBlockDigits);
  std::size_t count = 0;
  for (const bool letters : {false, true}) {
    for (std::size_t i = 0; i < hash.size() * 2 && count < kBlockDigits; ++i) {
      const std::uint8_t nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xF;
      if ((nibble > 9) != letters) continue;
      chosen.exposeMutable()[count++] = letters ? nibble - 10 : nibble;
    }
  }
  return chosen;
}

// The session keys differ in the bytes behind the first two: `left` and `right` are whole blocks.
SecretBytes sessionKey(const SecretBytes& masterKey, std::uint16_t atc,
                       const std::array<std::uint8_t, 4>& tail) {
  SecretBytes blocks(kKey);
  const auto out = blocks.exposeMutable();
  for (const std::size_t half : {std::size_t{0}, kBlock}) {
    out[half] = static_cast<std::uint8_t>(atc >> 8);
    out[half + 1] = static_cast<std::uint8_t>(atc);
    out[half + 2] = half == 0 ? 0xF0 : 0x0F;
    std::copy(tail.begin(), tail.end(), out.begin() + static_cast<std::ptrdiff_t>(half) + 4);
  }
  SecretBytes key = deriveKey(masterKey, blocks);
  setOddParity(key);
  return key;
}

}  // namespace

Result<SecretBytes> iccMasterKey(const SecretBytes& issuerMasterKey, const SecretBytes& panDigits,
                                 std::uint8_t psn, MasterKeyOption option) {
  FLORIN_TRY_ASSIGN(SecretBytes digits, panAndPsn(panDigits, psn));
  SecretBytes blocks(kKey);
  switch (option) {
    case MasterKeyOption::kA: break;
    case MasterKeyOption::kB:
      if (panDigits.size() > kBlockDigits) digits = hashedDigits(digits.expose());
      break;
    case MasterKeyOption::kC:
      packRight(digits.expose(), blocks.exposeMutable());
      return crypto::aesEcbEncrypt(issuerMasterKey, blocks.expose());
  }
  const auto out = blocks.exposeMutable();
  packRight(digits.expose(), out.first(kBlock));
  for (std::size_t i = 0; i < kBlock; ++i) out[kBlock + i] = out[i] ^ 0xFF;
  SecretBytes key = deriveKey(issuerMasterKey, blocks);
  setOddParity(key);
  return key;
}

SecretBytes commonSessionKey(const SecretBytes& masterKey, std::uint16_t atc, Cipher cipher) {
  switch (cipher) {
    case Cipher::kTripleDes: return sessionKey(masterKey, atc, {});
    case Cipher::kAes: break;
  }
  FLORIN_CHECK(masterKey.size() == kKey);
  std::array<std::uint8_t, kKey> block{};
  block[0] = static_cast<std::uint8_t>(atc >> 8);
  block[1] = static_cast<std::uint8_t>(atc);
  return crypto::aesEcbEncrypt(masterKey, block);
}

SecretBytes unpredictableSessionKey(const SecretBytes& masterKey, std::uint16_t atc,
                                    std::span<const std::uint8_t, 4> unpredictableNumber) {
  std::array<std::uint8_t, 4> tail{};
  std::copy(unpredictableNumber.begin(), unpredictableNumber.end(), tail.begin());
  return sessionKey(masterKey, atc, tail);
}

Result<SecretBytes> limitedUseKey(const SecretBytes& uniqueKey, std::string_view index) {
  if (index.size() != 7 && index.size() != 8) {
    return Error(Code::kInvalidArgument, "key index is 7 or 8 digits");
  }
  SecretBytes blocks(kKey);
  for (const std::size_t half : {std::size_t{0}, kBlock}) {
    std::array<std::uint8_t, kBlockDigits> nibbles{};
    nibbles[0] = half == 0 ? 1 : 2;
    for (std::size_t i = 0; i < index.size(); ++i) {
      if (index[i] < '0' || index[i] > '9') {
        return Error(Code::kInvalidArgument, "key index has something that is no digit");
      }
      nibbles[i + 1] = static_cast<std::uint8_t>(index[i] - '0');
    }
    nibbles[index.size() + 1] = 8;
    packRight(nibbles, blocks.exposeMutable().subspan(half, kBlock));
  }
  return deriveKey(uniqueKey, blocks);
}

std::uint32_t keyIndexAt(base::Time now, unsigned counter) {
  FLORIN_CHECK(counter < kIndexesPerHour);
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  const std::chrono::sys_days newYear = date.year() / std::chrono::January / 1;
  const auto hour = std::chrono::duration_cast<std::chrono::hours>(now - newYear).count() + 1;
  const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()) % 10);
  return (year * 10'000 + static_cast<std::uint32_t>(hour)) * kIndexesPerHour + counter;
}

Result<std::string> keyIndexText(std::uint32_t index) {
  std::string digits = std::to_string(index);
  if (digits.size() > kIndexDigits) {
    return Error(Code::kInvalidArgument, "a key index has 7 digits", index);
  }
  digits.insert(0, kIndexDigits - digits.size(), '0');
  return digits;
}

}  // namespace florin::emv
