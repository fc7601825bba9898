#include "emv/apdu.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/bytes.h"

namespace florin::emv {
namespace {

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

TEST(ApduTest, FourCasesAreReadAndWrittenBack) {
  for (const std::string_view hex :
       {"00a40400", "00b2010c00", "80ae800002aabb", "80ae800002aabb00"}) {
    const Bytes apdu = bytes(hex);
    const auto command = parseCommand(apdu);
    ASSERT_TRUE(command.ok()) << hex;
    EXPECT_EQ(base::toHex(encodeCommand(*command)), hex);
  }
}

TEST(ApduTest, PartsOfACommandAreTold) {
  const Bytes apdu = bytes("80ae800002aabb05");
  const auto command = parseCommand(apdu);
  EXPECT_EQ(command->cla, 0x80);
  EXPECT_EQ(command->ins, 0xAE);
  EXPECT_EQ(command->p1, 0x80);
  EXPECT_EQ(command->p2, 0x00);
  EXPECT_EQ(base::toHex(command->data), "aabb");
  EXPECT_EQ(command->le, 5);
}

TEST(ApduTest, LengthsThatDoNotAddUpAreRefused) {
  for (const std::string_view hex :
       {"", "00a404", "00a4040002aa", "00a4040002aabb0000", "00b2010c0000", "00a40400000003aabb",
        "00a40400000002aabb00", "00a4040000000000"}) {
    EXPECT_EQ(parseCommand(bytes(hex)).error().code(), Code::kMalformed) << hex;
  }
}

TEST(ApduTest, ExtendedLengthsAreRead) {
  const Bytes both = bytes("00a40400000002aabb0000");
  EXPECT_EQ(base::toHex(parseCommand(both)->data), "aabb");
  EXPECT_EQ(parseCommand(both)->le, 0);
  EXPECT_FALSE(parseCommand(bytes("00a40400000002aabb"))->le);
  EXPECT_EQ(parseCommand(bytes("00b2010c0000ff"))->le, 0xFF);
  EXPECT_EQ(parseCommand(bytes("00b2010c000100"))->le, 0) << "256: all that there is";
  EXPECT_EQ(parseCommand(bytes("00b2010c000000"))->le, 0);
  Bytes large = bytes("80ae8000000100");
  large.resize(large.size() + 256);
  EXPECT_EQ(parseCommand(large)->data.size(), 256U);
}

TEST(ApduTest, LongestShortCommandAndResponseAreRead) {
  Bytes command = bytes("80ae8000ff");
  command.resize(5 + 255 + 1);
  EXPECT_EQ(parseCommand(command)->data.size(), 255U);
  EXPECT_TRUE(parseResponse(Bytes(258)).ok());
  EXPECT_FALSE(parseResponse(Bytes(259)).ok());
}

TEST(ApduTest, ResponseIsReadBack) {
  const Bytes apdu = encodeResponse(bytes("0102"), StatusWord::kFileNotFound);
  EXPECT_EQ(base::toHex(apdu), "01026a82");
  const auto response = parseResponse(apdu);
  EXPECT_EQ(base::toHex(response->data), "0102");
  EXPECT_EQ(response->statusWord, 0x6A82);
  EXPECT_FALSE(parseResponse(bytes("90")).ok());
}

}  // namespace
}  // namespace florin::emv
