#include "emv/qualifiers.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace florin::emv {
namespace {

TEST(QualifiersTest, BitsAreThoseOfTheBook) {
  EXPECT_EQ(base::toHex(encodeTerminalQualifiers({.emvMode = true})), "20000000");
  EXPECT_EQ(base::toHex(encodeTerminalQualifiers({.onlinePin = true})), "04000000");
  EXPECT_EQ(base::toHex(encodeTerminalQualifiers({.onlineCryptogram = true})), "00800000");
  EXPECT_EQ(base::toHex(encodeTerminalQualifiers({.verification = true})), "00400000");
  EXPECT_EQ(base::toHex(encodeTerminalQualifiers({.onDeviceVerification = true})), "00004000");
  EXPECT_EQ(base::toHex(encodeCardQualifiers({.onlinePin = true})), "8000");
  EXPECT_EQ(base::toHex(encodeCardQualifiers({.verifiedOnDevice = true})), "0080");
}

TEST(QualifiersTest, WhatIsWrittenIsRead) {
  for (unsigned bits = 0; bits < 32; ++bits) {
    const TerminalQualifiers terminal{.emvMode = (bits & 1) != 0,
                                      .onlinePin = (bits & 2) != 0,
                                      .onlineCryptogram = (bits & 4) != 0,
                                      .verification = (bits & 8) != 0,
                                      .onDeviceVerification = (bits & 16) != 0};
    EXPECT_EQ(readTerminalQualifiers(encodeTerminalQualifiers(terminal)), terminal);
    const CardQualifiers card{.onlinePin = (bits & 1) != 0, .verifiedOnDevice = (bits & 2) != 0};
    EXPECT_EQ(readCardQualifiers(encodeCardQualifiers(card)), card);
  }
}

}  // namespace
}  // namespace florin::emv
