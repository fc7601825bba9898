#include "codec/small_forms.h"

#include <gtest/gtest.h>

namespace florin::codec {
namespace {

TEST(SmallFormsTest, Languages) {
  EXPECT_TRUE(isLanguage("en"));
  for (const auto* const bad : {"", "e", "eng", "EN", "e1", "e ", "é"}) {
    EXPECT_FALSE(isLanguage(bad)) << bad;
  }
}

TEST(SmallFormsTest, DeviceTypes) {
  for (const auto* const good : {"PHONE", "A", "SMART_WATCH", "ABCDEFGHIJKLMNOP"}) {
    EXPECT_TRUE(isDeviceType(good)) << good;
  }
  for (const auto* const bad : {"", "phone", "PHONE 2", "PHONE2", "ABCDEFGHIJKLMNOPQ"}) {
    EXPECT_FALSE(isDeviceType(bad)) << bad;
  }
}

TEST(SmallFormsTest, Colours) {
  EXPECT_TRUE(isColour("#1b3a4b"));
  for (const auto* const bad : {"", "#", "1b3a4b", "#1B3A4B", "#1b3a4", "#1b3a4b0", "#1b3a4g"}) {
    EXPECT_FALSE(isColour(bad)) << bad;
  }
}

}  // namespace
}  // namespace florin::codec
