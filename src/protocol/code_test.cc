#include "protocol/code.h"

#include <set>

#include "base/limits.h"
#include "crypto/equal.h"
#include "crypto/kdf.h"
#include "fakes/seeded_random.h"
#include "protocol/test_support.h"

namespace florin::protocol {
namespace {

constexpr std::string_view kS1Code = "ABCDEFGHIJKLMNOPQRSTUVWX23";

base::WalletId walletOf(std::uint8_t byte) {
  return base::WalletId::fromBytes(Bytes(16, byte)).value();
}

bool same(const Spake2Secrets& a, const Spake2Secrets& b) {
  return crypto::equal(a.w0.expose(), b.w0.expose()) && crypto::equal(a.w1.expose(), b.w1.expose());
}

TEST(CodeTest, TheFormDecidesTheSuite) {
  EXPECT_EQ(parseCode(secretText(kS1Code))->suite, messages::Suite::kS1);
  for (const std::string_view typed :
       {"1234", "abcdefghijklmnopqrstuvwx23", "ABCDEFGHIJKLMNOPQRSTUVWX2",
        "ABCDEFGHIJKLMNOPQRSTUVWX234", "ABCDEFGHIJKLMNOPQRSTUVWX01",
        "0123456789abcdefghijABCDEFGHIJ89"}) {
    const auto parsed = parseCode(secretText(typed));
    ASSERT_TRUE(parsed.ok()) << typed;
    EXPECT_EQ(parsed->suite, messages::Suite::kS2) << typed;
    EXPECT_TRUE(parsed->codeRef.empty());
  }
}

TEST(CodeTest, WhatIsNoCodeIsRefused) {
  for (const std::string_view bad : {"", "123", "123456789012345678901234567890123", "12 4", "12-4",
                                     "123\xC3", "ABCDEFGHIJKLMNOPQRSTUVWX2="}) {
    const auto parsed = parseCode(secretText(bad));
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_EQ(parsed.error().code(), Code::kInvalidArgument);
    EXPECT_FALSE(deriveSecrets(secretText(bad), walletOf(1), "b").ok());
  }
}

TEST(CodeTest, RefIsEightBytesThatDependOnTheCodeOnly) {
  const Bytes ref = parseCode(secretText(kS1Code))->codeRef;
  EXPECT_EQ(ref.size(), 8U);
  EXPECT_EQ(parseCode(secretText(kS1Code))->codeRef, ref);
  EXPECT_NE(parseCode(secretText("ABCDEFGHIJKLMNOPQRSTUVWX22"))->codeRef, ref);
}

TEST(CodeTest, SecretsBelongToOneWalletAndOneBackend) {
  for (const std::string_view code : {kS1Code, std::string_view("123456")}) {
    const Spake2Secrets secrets = deriveSecrets(secretText(code), walletOf(1), "b").value();
    EXPECT_TRUE(same(secrets, deriveSecrets(secretText(code), walletOf(1), "b").value()));
    EXPECT_FALSE(same(secrets, deriveSecrets(secretText(code), walletOf(2), "b").value()));
    EXPECT_FALSE(same(secrets, deriveSecrets(secretText(code), walletOf(1), "c").value()));
    EXPECT_FALSE(crypto::equal(secrets.w0.expose(), secrets.w1.expose()));
  }
}

// docs/protocol.md 3, computed here from its words.
TEST(CodeTest, S2IsScryptOfTheCodeUnderTheDocumentedSalt) {
  const Bytes salt =
      base::concat(base::asBytes("florin code/1"), Bytes(16, 7), base::asBytes("backend"));
  const SecretBytes wide = crypto::scrypt(secretText("123456"), salt, 32768, 8, 1, 80).value();
  const auto half = [&wide](std::size_t offset) {
    return crypto::Scalar::fromWide(SecretBytes::copyOf(wide.expose().subspan(offset, 40)))
        .toBytes();
  };
  const Spake2Secrets expected{half(0), half(40)};
  EXPECT_TRUE(same(deriveSecrets(secretText("123456"), walletOf(7), "backend").value(), expected));
}

TEST(CodeTest, NewCodesAreS1AndUseTheWholeAlphabet) {
  fakes::SeededRandom random;
  std::set<std::uint8_t> seen;
  for (int i = 0; i < 64; ++i) {
    const SecretBytes code = newCode(messages::Suite::kS1, random);
    ASSERT_EQ(parseCode(code)->suite, messages::Suite::kS1);
    seen.insert(code.expose().begin(), code.expose().end());
  }
  EXPECT_EQ(seen.size(), 32U);
}

}  // namespace
}  // namespace florin::protocol
