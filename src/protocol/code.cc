#include "protocol/code.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/kdf.h"

namespace florin::protocol {

namespace limits = base::limits;

namespace {

constexpr std::string_view kSalt = "florin code/1";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kTypeable = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(kBase32.size() == 32 && kTypeable.size() == 32);

// 64 bits more than a scalar, so that the reduction leaves no bias (RFC 9383, 3.2).
constexpr std::size_t kWideScalar = 40;

bool isAlphanumeric(std::uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool isBase32(std::uint8_t c) { return kBase32.find(static_cast<char>(c)) != kBase32.npos; }

Result<SecretBytes> stretch(const SecretBytes& code, messages::Suite suite, ByteView salt) {
  switch (suite) {
    case messages::Suite::kS1:
      return crypto::hkdf(code, salt, base::asBytes("w0w1"), 2 * kWideScalar);
    case messages::Suite::kS2: return crypto::scrypt(code, salt, 32'768, 8, 1, 2 * kWideScalar);
  }
  return Error(Code::kUnsupported, "unknown suite");
}

SecretBytes reduce(ByteView wide) {
  return crypto::Scalar::fromWide(SecretBytes::copyOf(wide)).toBytes();
}

}  // namespace

Result<ParsedCode> parseCode(const SecretBytes& code) {
  const ByteView text = code.expose();
  if (text.size() < limits::kCodeMin || text.size() > limits::kCodeMax ||
      !std::ranges::all_of(text, isAlphanumeric)) {
    return Error(Code::kInvalidArgument, "an activation code is 4 to 32 of 0-9A-Za-z");
  }
  if (text.size() != limits::kS1CodeLength || !std::ranges::all_of(text, isBase32)) {
    return ParsedCode{messages::Suite::kS2, {}};
  }
  const SecretBytes ref =
      crypto::hkdf(code, base::asBytes(kSalt), base::asBytes("ref"), kCodeRefSize);
  return ParsedCode{messages::Suite::kS1, base::toBytes(ref.expose())};
}

Result<Spake2Secrets> deriveSecrets(const SecretBytes& code, const base::WalletId& walletId,
                                    std::string_view backendId) {
  FLORIN_TRY_ASSIGN(const ParsedCode parsed, parseCode(code));
  const Bytes salt = base::concat(base::asBytes(kSalt), walletId.view(), base::asBytes(backendId));
  FLORIN_TRY_ASSIGN(const SecretBytes wide, stretch(code, parsed.suite, salt));
  return Spake2Secrets{reduce(wide.expose().first(kWideScalar)),
                       reduce(wide.expose().subspan(kWideScalar))};
}

SecretBytes newCode(messages::Suite suite, base::Random& random) {
  const bool typed = suite == messages::Suite::kS2;
  const std::string_view letters = typed ? kTypeable : kBase32;
  SecretBytes code = random.secret(typed ? limits::kS2CodeLength : limits::kS1CodeLength);
  // 256 is a multiple of 32: every character is as likely as the others.
  for (std::uint8_t& byte : code.exposeMutable()) {
    byte = static_cast<std::uint8_t>(letters[byte % letters.size()]);
  }
  return code;
}

std::string_view kdfParameters(messages::Suite suite) {
  switch (suite) {
    case messages::Suite::kS1: return "HKDF-SHA256";
    case messages::Suite::kS2: return "scrypt N=32768 r=8 p=1";
  }
  return "unknown";
}

}  // namespace florin::protocol
