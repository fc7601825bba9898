// A card of kernel 3: its cryptogram comes with the processing options.
#include <gtest/gtest.h>

#include "card/test_cards.h"
#include "codec/tlv.h"
#include "emv/issuer_data.h"

namespace florin::card {
namespace {

constexpr std::string_view kSelectK3 = "00a4040009f000464c4f52494e0300";
constexpr std::string_view kData = "0000000012500000000000000276000004000009782603310001020304";
constexpr std::string_view kMuch = "0000000080000000000000000276000004000009782603310001020304";

// 9F66
constexpr std::string_view kPlain = "20800000";   // a cryptogram, on line
constexpr std::string_view kPin = "24800000";     // and it has a PIN pad
constexpr std::string_view kDevice = "20804000";  // and it takes the device's word
constexpr std::string_view kBoth = "24804000";
constexpr std::string_view kWantsDevice = "20c04000";  // and it wants a verification
constexpr std::string_view kWantsNothingKnown = "20c00000";

class Kernel3Test : public testing::Test {
 protected:
  Bytes options(std::string_view data, std::string_view qualifiers) {
    EXPECT_EQ(status(process(kSelectK3)), "9000");
    return process("80a80000238321" + std::string(data) + std::string(qualifiers) + "00");
  }
  Bytes process(std::string_view hex) { return session_.process(base::fromHex(hex).value()); }
  static std::string status(const Bytes& response) {
    return base::toHex(ByteView(response).last(2));
  }
  static std::string valueOf(const Bytes& response, std::uint32_t tag) {
    const auto found = codec::findTlv(ByteView(response).first(response.size() - 2), {0x77, tag});
    return found.ok() ? base::toHex(*found) : "none";
  }

  emv::Profile profile_ = testProfile(emv::programK3());
  TestKeys keys_;
  TestCardholder cardholder_;
  CardSession session_{{{testToken(1), &profile_, true}}, keys_, cardholder_};
};

TEST_F(Kernel3Test, OptionsBringTheCryptogramThatTheIssuerVerifies) {
  const Bytes response = options(kData, kPlain);
  ASSERT_EQ(status(response), "9000");
  EXPECT_EQ(valueOf(response, 0x57), std::string(kTestDpan) + "d2912221");
  EXPECT_EQ(valueOf(response, 0x5F34), "01");
  EXPECT_EQ(valueOf(response, 0x9F27), "80");
  EXPECT_EQ(valueOf(response, 0x9F36), "0001");
  EXPECT_EQ(valueOf(response, 0x9F6C), "0000");
  EXPECT_EQ(valueOf(response, 0x94), "08010100");
  const Bytes data = base::concat(base::fromHex(kData).value(), profile_.aip, Bytes{0, 1},
                                  base::fromHex(valueOf(response, 0x9F10)).value());
  const auto expected = emv::applicationCryptogram(emv::commonSessionKey(testMasterKey(), 1), data,
                                                   emv::Mac::kRetailPadding2);
  EXPECT_EQ(valueOf(response, 0x9F26), base::toHex(expected));
  EXPECT_EQ(keys_.spent(), 1U);
  EXPECT_EQ(status(process("00b2010c00")), "9000");
}

TEST_F(Kernel3Test, OneTransactionSpendsOneKey) {
  ASSERT_EQ(status(options(kData, kPlain)), "9000");
  EXPECT_EQ(status(process("80a80000238321" + std::string(kData) + "2080000000")), "6985");
  EXPECT_EQ(status(process("80ae80001d" + std::string(kData) + "00")), "6985");
  EXPECT_EQ(keys_.spent(), 1U);
}

TEST_F(Kernel3Test, TerminalWithoutEmvModeGetsNothing) {
  EXPECT_EQ(status(options(kData, "80000000")), "6985");
  EXPECT_EQ(keys_.spent(), 0U);
}

TEST_F(Kernel3Test, VerificationIsAgreedOn) {
  struct Row {
    std::string_view data;
    std::string_view terminal;
    bool verified;
    std::string_view status;
    std::string_view card;  // 9F6C
    unsigned wanted;
  };
  constexpr Row kRows[] = {
      {kData, kPlain, false, "9000", "0000", 0},
      {kData, kBoth, true, "9000", "0000", 0},
      {kData, kWantsDevice, false, "6986", "none", 1},
      {kData, kWantsDevice, true, "9000", "0080", 0},
      {kData, kWantsNothingKnown, true, "6985", "none", 0},
      {kMuch, kPlain, true, "6985", "none", 0},
      {kMuch, kPin, false, "9000", "8000", 0},
      {kMuch, kPin, true, "9000", "8000", 0},
      {kMuch, kDevice, false, "6986", "none", 1},
      {kMuch, kDevice, true, "9000", "0080", 0},
      {kMuch, kBoth, true, "9000", "0080", 0},
      {kMuch, kBoth, false, "9000", "8000", 0},
  };
  for (const Row& row : kRows) {
    cardholder_ = {};
    cardholder_.verified = row.verified;
    const std::size_t before = keys_.spent();
    const Bytes response = options(row.data, row.terminal);
    const std::string said = std::string(row.data) + " " + std::string(row.terminal);
    EXPECT_EQ(status(response), row.status) << said;
    EXPECT_EQ(valueOf(response, 0x9F6C), row.card) << said;
    EXPECT_EQ(cardholder_.wanted, row.wanted) << said;
    EXPECT_EQ(keys_.spent() - before, row.status == "9000" ? 1U : 0U) << said;
  }
}

TEST_F(Kernel3Test, DirectoryNamesTheKernel) {
  const Bytes response = process("00a404000e325041592e5359532e444446303100");
  const auto kernel = codec::findTlv(ByteView(response).first(response.size() - 2),
                                     {0x6F, 0xA5, 0xBF0C, 0x61, 0x9F2A});
  ASSERT_TRUE(kernel.ok());
  EXPECT_EQ(base::toHex(*kernel), "03");
}

}  // namespace
}  // namespace florin::card
