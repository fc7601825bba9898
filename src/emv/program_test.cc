#include "emv/program.h"

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "codec/tlv.h"

namespace florin::emv {
namespace {

TokenFacts goodFacts(std::string_view dpan = "9999990000000006") {
  TokenFacts token;
  token.dpan = SecretBytes::copyOf(base::asBytes(dpan));
  token.psn = 7;
  token.expiry = "0228";
  return token;
}

std::string objectOf(const Profile& profile, std::uint32_t tag) {
  for (const ProfileRecord& record : profile.records) {
    const auto found = codec::findTlv(record.content.expose(), {0x70, tag});
    if (found.ok()) return base::toHex(*found);
  }
  return "none";
}

TEST(ProgramTest, ProfileOfK2IsAccepted) {
  const auto profile = makeProfile(programK2(), goodFacts());
  ASSERT_TRUE(profile.ok());
  EXPECT_TRUE(checkProfile(*profile).ok());
  EXPECT_EQ(profile->aid, programK2().aid);
  EXPECT_EQ(profile->scheme, KeyScheme::kSuk);
}

TEST(ProgramTest, RecordsCarryTheFactsOfTheToken) {
  const auto profile = makeProfile(programK2(), goodFacts());
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(objectOf(*profile, 0x5A), "9999990000000006");
  EXPECT_EQ(objectOf(*profile, 0x57), "9999990000000006d2802221");
  EXPECT_EQ(objectOf(*profile, 0x5F24), "280229");  // a leap year
  EXPECT_EQ(objectOf(*profile, 0x5F34), "07");
  EXPECT_EQ(objectOf(*profile, 0x5F28), "0276");
  EXPECT_EQ(objectOf(*profile, 0x8E), "00001389000000001f060200");  // under 50.01: no CVM
  EXPECT_EQ(objectOf(*profile, 0x8C), base::toHex(profile->cdol1));
}

TEST(ProgramTest, BuiltInProgramsMakeProfilesOfTheirKernel) {
  for (const auto& [name, kernel] : {std::pair("K2", Kernel::k2), std::pair("K3", Kernel::k3),
                                     std::pair("FLORIN", Kernel::k2)}) {
    const auto program = builtInProgram(name);
    ASSERT_TRUE(program) << name;
    const auto profile = makeProfile(*program, goodFacts());
    ASSERT_TRUE(profile.ok()) << name;
    EXPECT_EQ(profile->kernel(), kernel) << name;
    const auto again = decodeProfile(encodeProfile(*profile).expose());
    ASSERT_TRUE(again.ok()) << name;
    EXPECT_EQ(again->kernel(), kernel) << name;
    EXPECT_TRUE(checkProfile(*again).ok()) << name;
  }
  EXPECT_FALSE(builtInProgram("K4"));
}

TEST(ProgramTest, OptionsOfKernel3NameTheCard) {
  const auto profile = makeProfile(programK3(), goodFacts());
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(base::toHex(profile->optionsData.expose()), "570c9999990000000006d28022215f340107");
  EXPECT_EQ(objectOf(*profile, 0x5A), "9999990000000006");
  EXPECT_EQ(objectOf(*profile, 0x57), "none") << "a terminal would have it twice";
  EXPECT_TRUE(profile->cdol1.empty());
}

TEST(ProgramTest, CardNumbersOfOddAndLargestLengthHaveProfiles) {
  EXPECT_TRUE(makeProfile(programK2(), goodFacts("9999990000000000006")).ok());
  const auto odd = makeProfile(programK2(), goodFacts("999999000000006"));
  ASSERT_TRUE(odd.ok());
  EXPECT_EQ(objectOf(*odd, 0x5A), "999999000000006f");
  EXPECT_EQ(objectOf(*odd, 0x57), "999999000000006d2802221f");
}

TEST(ProgramTest, SameFactsGiveTheSameProfile) {
  const auto one = makeProfile(programK2(), goodFacts());
  const auto two = makeProfile(programK2(), goodFacts());
  EXPECT_EQ(base::toHex(encodeProfile(*one).expose()), base::toHex(encodeProfile(*two).expose()));
}

TEST(ProgramTest, ProfileOfLimitedUseKeysSaysSo) {
  ProgramTemplate program = programK2();
  program.keys = {KeyScheme::kLuk, 2, 1, 5, std::chrono::hours(24)};
  const auto profile = makeProfile(program, goodFacts());
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(decodeIssuerData(profile->iadTemplate)->scheme, KeyScheme::kLuk);
}

TEST(ProgramTest, FactsOfAnotherFormAreRefused) {
  const std::vector<std::pair<std::string_view, std::function<void(TokenFacts&)>>> breakages = {
      {"DPAN is not 12 to 19 digits", [](TokenFacts& t) { t.dpan = SecretBytes(11); }},
      {"DPAN is not 12 to 19 digits", [](TokenFacts& t) { t.dpan = SecretBytes(20); }},
      {"DPAN has a wrong check digit", [](TokenFacts& t) { t.dpan.exposeMutable().back() = '4'; }},
      {"PSN is above 99", [](TokenFacts& t) { t.psn = 100; }},
      {"token expiry is not MMYY", [](TokenFacts& t) { t.expiry = "0028"; }},
      {"token expiry is not MMYY", [](TokenFacts& t) { t.expiry = "12/28"; }},
  };
  for (const auto& [text, apply] : breakages) {
    TokenFacts token = goodFacts();
    apply(token);
    const auto profile = makeProfile(programK2(), token);
    ASSERT_FALSE(profile.ok()) << text;
    EXPECT_EQ(profile.error().text(), text);
    EXPECT_EQ(profile.error().code(), Code::kInvalidArgument);
  }
}

TEST(ProgramTest, ProgramsThatCannotRunAreRefused) {
  const std::vector<std::pair<std::string_view, std::function<void(ProgramTemplate&)>>> breakages =
      {
          {"program name is not 1 to 16 characters", [](auto& p) { p.name.clear(); }},
          {"program label is not 1 to 16 characters", [](auto& p) { p.label.resize(17, 'x'); }},
          {"program AID is not 5 to 16 bytes", [](auto& p) { p.aid.clear(); }},
          {"program CVM limit is above 32 bits", [](auto& p) { p.cvmLimit = 0xFFFF'FFFF; }},
          {"program has no currency", [](auto& p) { p.currency = 0; }},
          {"program has no country", [](auto& p) { p.country = 1000; }},
          {"program key stock is zero or more than one operation holds",
           [](auto& p) { p.keys.stock = 0; }},
          {"program key stock is zero or more than one operation holds",
           [](auto& p) { p.keys.stock = 65; }},
          {"program low water is not below its stock", [](auto& p) { p.keys.lowWater = 10; }},
          {"program of limited-use keys sets no limit",
           [](auto& p) { p.keys.scheme = KeyScheme::kLuk; }},
      };
  ASSERT_TRUE(checkProgram(programK2()).ok());
  for (const auto& [text, apply] : breakages) {
    ProgramTemplate program = programK2();
    apply(program);
    const Status status = checkProgram(program);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.error().text(), text);
  }
}

TEST(ProgramTest, ProgramThatPromisesOfflineAuthenticationHasNoProfile) {
  ProgramTemplate program = programK2();
  program.aip[0] |= kAipCda;
  EXPECT_FALSE(makeProfile(program, goodFacts()).ok());
}

}  // namespace
}  // namespace florin::emv
