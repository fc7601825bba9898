#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "crypto/cmac.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using base::asBytes;

constexpr std::string_view kRfc4493Message =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

TEST(HashTest, GivesThePublishedDigests) {
  EXPECT_EQ(base::toHex(sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::toHex(sha256(asBytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base::toHex(sha1(asBytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(HashTest, PartsHashAsTheWhole) {
  const Bytes whole = hex(kRfc4493Message);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const ByteView view = whole;
    EXPECT_EQ(Sha256().update(view.first(cut)).update({}).update(view.subspan(cut)).finish(),
              sha256(whole));
  }
}

TEST(EqualTest, SeesEveryBitAndTheLength) {
  const Bytes bytes = hex("00112233445566778899aabbccddeeff");
  EXPECT_TRUE(equal(bytes, hex("00112233445566778899aabbccddeeff")));
  EXPECT_TRUE(equal({}, {}));
  EXPECT_FALSE(equal(bytes, {}));
  EXPECT_FALSE(equal(bytes, ByteView(bytes).first(15)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    EXPECT_FALSE(equal(bytes, flipBit(bytes, bit)));
  }
}

// RFC 4231, 4.2, 4.3 and 4.7.
TEST(HmacTest, GivesTheTagsOfRfc4231) {
  EXPECT_EQ(base::toHex(hmacSha256(SecretBytes::take(Bytes(20, 0x0b)), asBytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(base::toHex(hmacSha256(secretText("Jefe"), asBytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      base::toHex(hmacSha256(SecretBytes::take(Bytes(131, 0xaa)),
                             asBytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacTest, EmptyKeyIsTheKeyOfZeros) {
  EXPECT_EQ(hmacSha256(SecretBytes(), asBytes("x")), hmacSha256(SecretBytes(64), asBytes("x")));
}

TEST(HmacTest, EveryBitOfTheTagIsVerified) {
  const SecretBytes key = secretText("key");
  const Digest tag = hmacSha256(key, asBytes("data"));
  EXPECT_TRUE(verifyHmac(key, asBytes("data"), tag));
  EXPECT_FALSE(verifyHmac(key, asBytes("dat"), tag));
  EXPECT_FALSE(verifyHmac(secretText("kez"), asBytes("data"), tag));
  EXPECT_FALSE(verifyHmac(key, asBytes("data"), {}));
  EXPECT_FALSE(verifyHmac(key, asBytes("data"), ByteView(tag).first(31)));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    EXPECT_FALSE(verifyHmac(key, asBytes("data"), flipBit(tag, bit)));
  }
}

TEST(HmacTest, SecretTagIsThatOfTheJoinedParts) {
  const SecretBytes key = secretText("key");
  EXPECT_EQ(toHex(hmacSecret(key.expose(), {asBytes("da"), {}, asBytes("ta")})),
            base::toHex(hmacSha256(key, asBytes("data"))));
}

TEST(CmacTest, GivesTheTagsOfRfc4493) {
  const SecretBytes key = secretHex("2b7e151628aed2a6abf7158809cf4f3c");
  const Bytes message = hex(kRfc4493Message);
  const auto tagOf = [&](std::size_t length) {
    return base::toHex(aesCmac(key, ByteView(message).first(length)));
  };
  EXPECT_EQ(tagOf(0), "bb1d6929e95937287fa37d129b756746");
  EXPECT_EQ(tagOf(16), "070a16b46b4d4144f79bdd9dd04a287c");
  EXPECT_EQ(tagOf(40), "dfa66747de9ae63030ca32611497c827");
  EXPECT_EQ(tagOf(64), "51f0bebf7e3b9d92fc49741779363cfe");
}

}  // namespace
}  // namespace florin::crypto
