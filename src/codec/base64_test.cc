#include <gtest/gtest.h>

#include "base/bytes.h"
#include "codec/base64url.h"

namespace florin::codec {
namespace {

Bytes counted(std::size_t size) {
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 37 + 251));
  return bytes;
}

// RFC 4648, section 10.
TEST(Base64Test, PublishedVectorsAreMet) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(toBase64(base::asBytes(plain)), text);
    EXPECT_EQ(base::asText(fromBase64(text).value()), plain);
  }
}

TEST(Base64Test, EveryLengthAndEveryByteRoundTrips) {
  for (std::size_t size = 0; size < 300; ++size) {
    const Bytes bytes = counted(size);
    EXPECT_EQ(fromBase64Url(toBase64Url(bytes)).value(), bytes);
    EXPECT_EQ(fromBase64(toBase64(bytes)).value(), bytes);
  }
}

TEST(Base64Test, TheAlphabetsDifferInTwoCharacters) {
  const Bytes bytes = {0xFB, 0xEF, 0xFF};
  EXPECT_EQ(toBase64Url(bytes), "--__");
  EXPECT_EQ(toBase64(bytes), "++//");
  EXPECT_FALSE(fromBase64Url("++//").ok());
  EXPECT_FALSE(fromBase64("--__").ok());
}

TEST(Base64Test, Base64UrlRefusesWhatItWouldNotWrite) {
  for (const char* text :
       {"A", "Zg==", "Zg=", "Zm8=", "Zh", "Zm9", "Z g", "Zg\n", "Zm9vA", "Zm*v"}) {
    const auto read = fromBase64Url(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), Code::kMalformed) << text;
  }
}

TEST(Base64Test, StandardBase64RefusesWhatItWouldNotWrite) {
  for (const char* text : {"Zg", "Zg=", "Zm8", "Zh==", "Zm9=", "====", "Z===", "=Zg=", "Zg==Zg==",
                           "Zm9v====", "Zm9vZg=\n"}) {
    const auto read = fromBase64(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), Code::kMalformed) << text;
  }
}

TEST(Base64Test, TheDetailIsTheOffset) {
  EXPECT_EQ(fromBase64Url("Zm9v*A").error().detail(), 4);
  EXPECT_EQ(fromBase64("Zm9v*A==").error().detail(), 4);
}

}  // namespace
}  // namespace florin::codec
