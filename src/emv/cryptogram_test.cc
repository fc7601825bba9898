#include "emv/cryptogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "emv/key_derivation.h"
#include "emv/numeric.h"

namespace florin::emv {
namespace {

constexpr std::string_view kMasterKey = "154f349d8585cb7f6b0798e9839b10c1";
constexpr std::string_view kCommonKey = "436b942ad637e08564b532b0ec97cb26";
constexpr std::string_view kUnpredictableKey = "5d8f37bcd9e5da68048cdfa2ea255d9e";

// A cryptogram of a known scheme and the issuer's answer to it. `responseCode` is empty where the
// answer is method 2.
struct Figure {
  std::string_view name;
  std::string_view sessionKey;
  Mac mac;
  std::string_view data;
  std::string_view arqc;
  std::string_view arpcKey;
  std::string_view responseCode;
  std::string_view arpc;
};

constexpr std::array<Figure, 6> kFigures = {{
    {"VISA10", kMasterKey, Mac::kRetailPadding1,
     "0000000040000000000000000124800004800001241911050152BF45851800001C03A06010",
     "29cca15ae665fa2e", kMasterKey, "3030", "28993816afae4aeb"},
    {"VISA18", kCommonKey, Mac::kRetailPadding2,
     "0000000040000000000000000124800004800001241911050152BF45851800001C06011203A0B800",
     "7a788ea6b8a3e733", kCommonKey, "", "9af514c1"},
    {"MC16", kUnpredictableKey, Mac::kRetailPadding2,
     "00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000",
     "24ccf3dee3158c70", kMasterKey, "0010", "73f6bbf389a6586c"},
    {"MC17", kUnpredictableKey, Mac::kRetailPadding2,
     "00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000000000000003"
     "22FF",
     "eae8a620a75648d8", kMasterKey, "0010", "29cf11fbdb9ca650"},
    {"MC20", kCommonKey, Mac::kRetailPadding2,
     "00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000",
     "cd29615d6452e70e", kCommonKey, "0010", "dfd0956606b68d64"},
    {"MC21", kCommonKey, Mac::kRetailPadding2,
     "00000000999900000000000001248000000000012420990600ABCDEF121800001CA00003220000000000000003"
     "22FF",
     "c30e54be496cf5e5", kCommonKey, "0010", "4f51f9cc63ce8b3c"},
}};

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }
SecretBytes key(std::string_view hex) { return SecretBytes::take(bytes(hex)); }

template <std::size_t N>
std::array<std::uint8_t, N> fixed(std::string_view hex) {
  const Bytes from = bytes(hex);
  std::array<std::uint8_t, N> out{};
  EXPECT_EQ(from.size(), N);
  std::copy_n(from.begin(), std::min(N, from.size()), out.begin());
  return out;
}

TEST(CryptogramTest, CryptogramsMatchTheFigures) {
  for (const Figure& figure : kFigures) {
    const Cryptogram arqc =
        applicationCryptogram(key(figure.sessionKey), bytes(figure.data), figure.mac);
    EXPECT_EQ(base::toHex(arqc), figure.arqc) << figure.name;
  }
}

TEST(CryptogramTest, IssuersAnswersMatchTheFigures) {
  for (const Figure& figure : kFigures) {
    const Cryptogram arqc = fixed<8>(figure.arqc);
    const SecretBytes arpcKey = key(figure.arpcKey);
    const std::string arpc =
        figure.responseCode.empty()
            ? base::toHex(arpcMethod2(arpcKey, arqc, {}, {}))
            : base::toHex(arpcMethod1(arpcKey, arqc, fixed<2>(figure.responseCode)));
    EXPECT_EQ(arpc, figure.arpc) << figure.name;
  }
}

TEST(CryptogramTest, CryptogramUnderALimitedUseKeyMatchesTheFigure) {
  const auto luk = limitedUseKey(key("94e3194c02105e3b153438d562d5a49d"), "26643101");
  const Bytes data =
      bytes("0000000010000000000000000710000000000007101302050030901B6A3C00005503A4A082");
  EXPECT_EQ(base::toHex(applicationCryptogram(*luk, data, Mac::kRetailPadding2)),
            "42a0254f47679c5a");
}

// Computed by python3-cryptography, of the bytes 00 to 2a.
TEST(CryptogramTest, AesCryptogramsMatchAnotherImplementation) {
  const SecretBytes session = key("aa6395c37cd1632e64924b5a5465fc0b");
  Bytes data(43);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i);
  const Cryptogram arqc = applicationCryptogram(session, data, Mac::kCmac);
  EXPECT_EQ(base::toHex(arqc), "8044921dec8e2179");
  EXPECT_EQ(base::toHex(arpcMethod1(session, arqc, {0x30, 0x30}, Cipher::kAes)),
            "ed5509abe30d454e");
  EXPECT_EQ(base::toHex(arpcMethod2(session, arqc, {1, 2, 3, 4}, bytes("0506"), Cipher::kAes)),
            "0e9669eb");
}

// The fields of figure VISA18, whose list is ours.
CryptogramInput visa18() {
  CryptogramInput input;
  input.amountAuthorised = bcd<6>(4000);
  input.amountOther = bcd<6>(0);
  input.terminalCountry = bcd<2>(124);
  input.tvr = {0x80, 0x00, 0x04, 0x80, 0x00};
  input.currency = bcd<2>(124);
  input.date = {0x19, 0x11, 0x05};
  input.type = 0x01;
  input.unpredictableNumber = {0x52, 0xBF, 0x45, 0x85};
  input.aip = {0x18, 0x00};
  input.atc = 0x001C;
  input.iad = bytes("06011203A0B800");
  return input;
}

TEST(CryptogramTest, DataIsLaidOutAsInTheFigure) {
  EXPECT_EQ(cryptogramData(visa18()), bytes(kFigures[1].data));
}

TEST(CryptogramTest, EveryFieldIsCovered) {
  const Bytes original = cryptogramData(visa18());
  std::vector<CryptogramInput> changed(11, visa18());
  changed[0].amountAuthorised[5] ^= 1;
  changed[1].amountOther[5] ^= 1;
  changed[2].terminalCountry[1] ^= 1;
  changed[3].tvr[4] ^= 1;
  changed[4].currency[1] ^= 1;
  changed[5].date[2] ^= 1;
  changed[6].type ^= 1;
  changed[7].unpredictableNumber[3] ^= 1;
  changed[8].aip[1] ^= 1;
  changed[9].atc ^= 1;
  changed[10].iad[6] ^= 1;
  for (const CryptogramInput& input : changed) EXPECT_NE(cryptogramData(input), original);
}

TEST(CryptogramTest, TerminalsPartIsReadFromCdol1Data) {
  const CryptogramInput input = visa18();
  const Bytes data = base::toBytes(ByteView(cryptogramData(input)).first(29));
  const auto read = readTerminalData(requiredTerminalData(), data);
  ASSERT_TRUE(read.ok());
  CryptogramInput completed = *read;
  completed.aip = input.aip;
  completed.atc = input.atc;
  completed.iad = input.iad;
  EXPECT_EQ(cryptogramData(completed), cryptogramData(input));
}

TEST(CryptogramTest, Cdol1DataOfAnotherLengthIsRefused) {
  EXPECT_FALSE(readTerminalData(requiredTerminalData(), Bytes(28)).ok());
  EXPECT_FALSE(readTerminalData(requiredTerminalData(), Bytes(30)).ok());
}

TEST(CryptogramTest, Cdol1ThatLacksAnEntryIsRefused) {
  const auto whole = requiredTerminalData();
  for (std::size_t missing = 0; missing < whole.size(); ++missing) {
    std::vector<codec::DolEntry> list(whole.begin(), whole.end());
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_FALSE(readTerminalData(list, Bytes(codec::dolLength(list))).ok());
  }
}

TEST(CryptogramTest, AmountIsReadInMinorUnits) {
  const auto amount = amountOf(visa18());
  ASSERT_TRUE(amount.ok());
  EXPECT_EQ(*amount, (base::Money{4000, 124}));
  CryptogramInput broken = visa18();
  broken.amountAuthorised[2] = 0x0A;
  EXPECT_FALSE(amountOf(broken).ok());
}

}  // namespace
}  // namespace florin::emv
