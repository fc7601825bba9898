#include "codec/tlv.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::codec {
namespace {

Bytes hex(std::string_view text) { return base::fromHex(text).value(); }

void expectMalformed(ByteView bytes) {
  const auto read = decodeTlv(bytes);
  ASSERT_FALSE(read.ok()) << base::toHex(bytes);
  EXPECT_EQ(read.error().code(), Code::kMalformed) << base::toHex(bytes);
}

TEST(TlvTest, ReadsTagsOfOneToThreeBytes) {
  const Bytes bytes =
      hex("5A0111"
          "9F02020001"
          "DF810103aabbcc"
          "5000");
  const auto read = decodeTlv(bytes);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), 4U);
  EXPECT_EQ((*read)[0].tag, 0x5AU);
  EXPECT_EQ((*read)[1].tag, 0x9F02U);
  EXPECT_EQ((*read)[2].tag, 0xDF8101U);
  EXPECT_EQ(base::toHex((*read)[2].value), "aabbcc");
  EXPECT_TRUE((*read)[3].value.empty());
}

TEST(TlvTest, EveryFormOfLengthIsReadAndTheShortestWritten) {
  for (const char* form : {"5A0107", "5A810107", "5A82000107"}) {
    const Bytes bytes = hex(form);
    const auto read = decodeTlv(bytes);
    ASSERT_TRUE(read.ok()) << form;
    EXPECT_EQ(base::toHex((*read)[0].value), "07");
  }
  EXPECT_EQ(base::toHex(encodeTlv(0x5A, hex("07"))), "5a0107");
}

TEST(TlvTest, ValuesOfEveryFormRoundTrip) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65'535U}) {
    const Bytes value(size, 0x5C);
    const Bytes bytes = encodeTlv(0x9F4B, value);
    EXPECT_EQ(bytes.size() - size - 2, size > 255 ? 3U : size > 127 ? 2U : 1U);
    const auto read = decodeTlv(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(base::toBytes(read->at(0).value), value);
  }
}

TEST(TlvTest, ZeroBytesBetweenObjectsMeanNothing) {
  const Bytes bytes =
      hex("0000"
          "5A0100"
          "00"
          "500101"
          "0000");
  const auto read = decodeTlv(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->size(), 2U);
  EXPECT_TRUE(decodeTlv({}).value().empty());
}

TEST(TlvTest, OtherFormsAreMalformed) {
  for (const char* text : {
           "5A80",          // indefinite
           "5A8000000000",  // indefinite, with its end
           "5A8300000107",  // three length bytes
           "5AFF07",        // reserved
           "9F800107",      // leading zero in the tag number
           "DF81818101",    // tag of four bytes
           "FF",            // a filler of ISO 7816-4 that EMV does not have
       }) {
    expectMalformed(hex(text));
  }
}

TEST(TlvTest, EveryCutIsMalformedOrEndsBetweenObjects) {
  const Bytes first = encodeTlv(0xDF8101, Bytes(200, 1));
  const Bytes bytes = base::concat(first, encodeTlv(0x9F4B, Bytes(300, 2)));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    if (size == first.size()) continue;
    expectMalformed(ByteView(bytes).first(size));
  }
}

TEST(TlvTest, TheDetailIsTheOffset) {
  EXPECT_EQ(decodeTlv(hex("5A01075003")).error().detail(), 3);
  EXPECT_EQ(decodeTlv(hex("5A0107509F")).error().detail(), 4);
}

TEST(TlvTest, FindGoesDownThePathToTheFirstOfEachTag) {
  const Bytes inner = TlvWriter().add(0x9F38, hex("9F0206")).add(0x9F38, hex("00")).bytes();
  const Bytes fci = encodeTlv(0x6F, TlvWriter().add(0x84, hex("A000")).add(0xA5, inner).bytes());
  EXPECT_EQ(base::toHex(findTlv(fci, {0x6F, 0xA5, 0x9F38}).value()), "9f0206");
  EXPECT_EQ(findTlv(fci, {0x6F, 0xA5, 0x50}).error().code(), Code::kNotFound);
  EXPECT_EQ(findTlv(fci, {0xA5}).error().code(), Code::kNotFound);
  EXPECT_EQ(findTlv(hex("6F025A05"), {0x6F, 0x5A}).error().code(), Code::kMalformed);
}

TEST(TlvTest, CheckReadsConstructedValuesOnly) {
  EXPECT_TRUE(checkTlv(hex("70045A02FFFF")).ok());
  EXPECT_TRUE(checkTlv(hex("5A025A05")).ok());
  EXPECT_EQ(checkTlv(hex("70025A05")).error().code(), Code::kMalformed);
}

TEST(TlvTest, DepthIsBounded) {
  Bytes nested;
  for (std::size_t level = 1; level < base::limits::kTlvDepth; ++level) {
    nested = encodeTlv(0x70, nested);
  }
  EXPECT_TRUE(checkTlv(nested).ok());
  EXPECT_EQ(checkTlv(encodeTlv(0x70, nested)).error().code(), Code::kTooLarge);
}

TEST(TlvTest, TagsAreToldFromOtherNumbers) {
  for (const std::uint32_t tag : {0x5AU, 0x9F02U, 0x6FU, 0xDF8101U, 0x9F1EU, 0xBF0CU}) {
    EXPECT_TRUE(isTlvTag(tag)) << std::hex << tag;
  }
  for (const std::uint32_t tag :
       {0x00U, 0x9FU, 0x5A02U, 0x9F81U, 0x9F8001U, 0xDF8181U, 0x9F0201U, 0x5A0000U, 0xDF810101U}) {
    EXPECT_FALSE(isTlvTag(tag)) << std::hex << tag;
  }
  EXPECT_TRUE(isConstructed(0x6F));
  EXPECT_TRUE(isConstructed(0xBF0C));
  EXPECT_FALSE(isConstructed(0x9F20));
  EXPECT_FALSE(isConstructed(0x5A));
}

}  // namespace
}  // namespace florin::codec
