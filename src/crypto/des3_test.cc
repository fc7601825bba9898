#include "crypto/des3.h"

#include <gtest/gtest.h>

#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

std::string withoutParity(ByteView bytes) {
  Bytes masked = base::toBytes(bytes);
  for (std::uint8_t& byte : masked) byte &= 0xFE;
  return base::toHex(masked);
}

// FIPS 81's single-DES example: K1 = K2 makes EDE single DES.
TEST(TripleDesTest, EqualHalvesAreSingleDes) {
  const SecretBytes key = secretHex("0123456789abcdef0123456789abcdef");
  EXPECT_EQ(base::toHex(tdesEncryptBlock(key, base::asBytes("Now is t"))), "3fa40e8a984d4815");
}

TEST(TripleDesTest, DecryptUndoesEncrypt) {
  const SecretBytes key = secretHex("0123456789abcdeffedcba9876543210");
  const Bytes block = hex("1122334455667788");
  EXPECT_EQ(base::toHex(tdesDecryptBlock(key, tdesEncryptBlock(key, block))), "1122334455667788");
}

// VISA18 of the project's EMV vectors: the common session key (EMV Book 2, A1.3.1) and the ARQC.
TEST(TripleDesTest, EmvSessionKeyAndCryptogram) {
  const SecretBytes masterKey = secretHex("154F349D8585CB7F6B0798E9839B10C1");
  const SecretBytes derived = tdesEcbEncrypt(masterKey, hex("001CF00000000000001C0F0000000000"));
  EXPECT_EQ(withoutParity(derived.expose()),
            withoutParity(hex("436B942AD637E08564B532B0EC97CB26")));

  const Bytes data =
      hex("0000000040000000000000000124800004800001241911050152BF45851800001C06011203A0B800");
  EXPECT_EQ(base::toHex(macAlgorithm3(derived, padMethod2(data))), "7a788ea6b8a3e733");
}

// VISA10 of the same file: padding method 1, under the master key itself.
TEST(MacAlgorithm3Test, EmvCryptogramWithPaddingMethod1) {
  const Bytes data =
      hex("0000000040000000000000000124800004800001241911050152BF45851800001C03A06010");
  EXPECT_EQ(
      base::toHex(macAlgorithm3(secretHex("154F349D8585CB7F6B0798E9839B10C1"), padMethod1(data))),
      "29cca15ae665fa2e");
}

TEST(MacAlgorithm3Test, OneBlockIsTripleDes) {
  const SecretBytes key = secretHex("0123456789abcdeffedcba9876543210");
  const Bytes block = hex("1122334455667788");
  EXPECT_EQ(macAlgorithm3(key, block), tdesEncryptBlock(key, block));
}

TEST(MacAlgorithm3Test, EveryBitOfTheDataCounts) {
  const SecretBytes key = secretHex("0123456789abcdeffedcba9876543210");
  const Bytes data = hex("000102030405060708090a0b0c0d0e0f1011121314151617");
  const DesBlock mac = macAlgorithm3(key, data);
  for (std::size_t bit = 0; bit < data.size() * 8; ++bit) {
    EXPECT_NE(macAlgorithm3(key, flipBit(data, bit)), mac);
  }
}

TEST(PaddingTest, FillsToWholeBlocks) {
  EXPECT_EQ(base::toHex(padMethod1({})), "0000000000000000");
  EXPECT_EQ(base::toHex(padMethod1(hex("01"))), "0100000000000000");
  EXPECT_EQ(base::toHex(padMethod1(hex("0102030405060708"))), "0102030405060708");
  EXPECT_EQ(base::toHex(padMethod2({})), "8000000000000000");
  EXPECT_EQ(base::toHex(padMethod2(hex("01020304050607"))), "0102030405060780");
  EXPECT_EQ(base::toHex(padMethod2(hex("0102030405060708"))), "01020304050607088000000000000000");
}

TEST(TripleDesDeathTest, AnotherSizeIsAProgrammersError) {
  EXPECT_DEATH((void)tdesEncryptBlock(SecretBytes(24), Bytes(8)), "check failed");
  EXPECT_DEATH((void)tdesEncryptBlock(SecretBytes(16), Bytes(16)), "check failed");
  EXPECT_DEATH((void)macAlgorithm3(SecretBytes(16), Bytes(9)), "check failed");
  EXPECT_DEATH((void)macAlgorithm3(SecretBytes(16), {}), "check failed");
}

}  // namespace
}  // namespace florin::crypto
