#include "emv/profile.h"

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "emv/program.h"

namespace florin::emv {
namespace {

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

Profile goodProfile() {
  TokenFacts token;
  token.dpan = SecretBytes::copyOf(base::asBytes("9999990000000006"));
  token.psn = 1;
  token.expiry = "1229";
  return makeProfile(programK2(), token).value();
}

// Gives record `index` the objects that `change` makes of its own.
void changeRecord(Profile& profile, std::size_t index,
                  const std::function<void(std::vector<codec::Tlv>&)>& change) {
  ProfileRecord& record = profile.records[index];
  const auto inside = codec::findTlv(record.content.expose(), {0x70});
  std::vector<codec::Tlv> objects;
  const auto views = codec::decodeTlv(*inside);
  for (const codec::TlvView& view : *views) {
    objects.push_back({view.tag, base::toBytes(view.value)});
  }
  change(objects);
  codec::TlvWriter writer;
  for (const codec::Tlv& object : objects) writer.add(object.tag, object.value);
  record.content = SecretBytes::take(codec::encodeTlv(0x70, writer.bytes()));
}

void setObject(Profile& profile, std::size_t index, std::uint32_t tag, Bytes value) {
  changeRecord(profile, index, [&](std::vector<codec::Tlv>& objects) {
    std::erase_if(objects, [tag](const codec::Tlv& object) { return object.tag == tag; });
    objects.push_back({tag, std::move(value)});
  });
}

void dropObject(Profile& profile, std::size_t index, std::uint32_t tag) {
  changeRecord(profile, index, [tag](std::vector<codec::Tlv>& objects) {
    std::erase_if(objects, [tag](const codec::Tlv& object) { return object.tag == tag; });
  });
}

// setPdol changes the PDOL where it stands twice.
void setPdol(Profile& p, Bytes pdol) {
  p.pdol = std::move(pdol);
  p.fci = codec::encodeTlv(
      0x6F,
      codec::TlvWriter()
          .add(0x84, p.aid)
          .add(0xA5,
               codec::TlvWriter().add(0x50, base::asBytes(p.label)).add(0x9F38, p.pdol).bytes())
          .bytes());
}

void setCdol1(Profile& profile, std::vector<codec::DolEntry> entries) {
  profile.cdol1 = codec::encodeDol(entries);
  setObject(profile, 2, 0x8C, profile.cdol1);
}

std::vector<codec::DolEntry> cdol1() {
  return {requiredTerminalData().begin(), requiredTerminalData().end()};
}

TEST(ProfileTest, DecodedProfileEncodesToTheSameBytes) {
  const SecretBytes encoded = encodeProfile(goodProfile());
  const auto decoded = decodeProfile(encoded.expose());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(base::toHex(encodeProfile(*decoded).expose()), base::toHex(encoded.expose()));
  EXPECT_TRUE(checkProfile(*decoded).ok());
  EXPECT_EQ(decoded->label, "FLORIN K2");
  EXPECT_EQ(decoded->dpanLastFour, "0006");
  EXPECT_EQ(decoded->cvmLimit, 5000U);
  EXPECT_EQ(decoded->records.size(), 3U);
}

TEST(ProfileTest, ProfileCutAnywhereIsRefusedByDecodeOrCheck) {
  const SecretBytes encoded = encodeProfile(goodProfile());
  for (std::size_t length = 0; length < encoded.size(); ++length) {
    const auto decoded = decodeProfile(encoded.expose().first(length));
    EXPECT_FALSE(decoded.ok() && checkProfile(*decoded).ok()) << length;
  }
}

TEST(ProfileTest, EveryFieldIsNeededOnceAndInItsPlace) {
  const SecretBytes encoded = encodeProfile(goodProfile());
  const auto fields = codec::decodeTlv(encoded.expose().subspan(1));
  ASSERT_TRUE(fields.ok());
  const auto write = [&](const std::vector<codec::TlvView>& list) {
    Bytes out = {0x01};
    for (const codec::TlvView& field : list) codec::appendTlv(out, field.tag, field.value);
    return out;
  };
  ASSERT_TRUE(decodeProfile(write(*fields)).ok());
  constexpr std::size_t kHeadFields = 15;
  for (std::size_t i = 0; i < kHeadFields; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    std::vector<codec::TlvView> missing = *fields;
    missing.erase(missing.begin() + at);
    std::vector<codec::TlvView> doubled = *fields;
    doubled.insert(doubled.begin() + at, doubled[i]);
    std::vector<codec::TlvView> swapped = *fields;
    std::swap(swapped[i], swapped[i + 1]);
    for (const auto& list : {missing, doubled, swapped}) {
      const auto decoded = decodeProfile(write(list));
      ASSERT_FALSE(decoded.ok()) << i;
      EXPECT_EQ(decoded.error().code(), Code::kMalformed);
    }
  }
}

TEST(ProfileTest, AnotherVersionIsUnsupported) {
  Bytes encoded = base::toBytes(encodeProfile(goodProfile()).expose());
  encoded[0] = 2;
  EXPECT_EQ(decodeProfile(encoded).error().code(), Code::kUnsupported);
}

TEST(ProfileTest, AnotherFormOfTheSameContentIsRefused) {
  const Bytes encoded = base::toBytes(encodeProfile(goodProfile()).expose());
  Bytes padded = encoded;
  padded.push_back(0x00);
  EXPECT_EQ(decodeProfile(padded).error().code(), Code::kMalformed);
  Bytes longLength = encoded;  // C0 01 .. becomes C0 81 01 ..
  longLength.insert(longLength.begin() + 2, 0x81);
  EXPECT_EQ(decodeProfile(longLength).error().code(), Code::kMalformed);
}

TEST(ProfileTest, TooMuchIsRefusedBeforeItIsRead) {
  EXPECT_EQ(decodeProfile(Bytes(base::limits::kProfileBytes + 1, 0x01)).error().code(),
            Code::kTooLarge);
  Profile crowded = goodProfile();
  while (crowded.records.size() <= base::limits::kProfileRecords) {
    crowded.records.push_back({3, 1, SecretBytes(2)});
  }
  EXPECT_EQ(decodeProfile(encodeProfile(crowded).expose()).error().code(), Code::kTooLarge);
}

struct Breakage {
  std::string_view text;
  std::function<void(Profile&)> apply;
};

void expectTexts(const std::vector<Breakage>& breakages) {
  for (const Breakage& breakage : breakages) {
    Profile profile = goodProfile();
    ASSERT_TRUE(checkProfile(profile).ok());
    breakage.apply(profile);
    const Status status = checkProfile(profile);
    ASSERT_FALSE(status.ok()) << breakage.text;
    EXPECT_EQ(status.error().text(), breakage.text);
  }
}

TEST(ProfileCheckTest, FactsThatAreNoneAreRefused) {
  expectTexts({
      {"profile label is not 1 to 16 printable characters", [](Profile& p) { p.label.clear(); }},
      {"profile label is not 1 to 16 printable characters", [](Profile& p) { p.label = "\n"; }},
      {"profile AID is not 5 to 16 bytes", [](Profile& p) { p.aid.resize(4); }},
      {"profile AID is not 5 to 16 bytes", [](Profile& p) { p.aid.resize(17); }},
      {"profile AID is the directory's",
       [](Profile& p) { p.aid = base::toBytes(base::asBytes("2PAY.SYS.DDF01")); }},
      {"profile has no country", [](Profile& p) { p.country = 0; }},
      {"profile has no currency", [](Profile& p) { p.currency = 1000; }},
      {"profile PSN is above 99", [](Profile& p) { p.psn = 100; }},
      {"profile has no last four digits", [](Profile& p) { p.dpanLastFour = "00x6"; }},
      {"profile expiry is not MMYY", [](Profile& p) { p.expiry = "1329"; }},
      {"profile CVM limit is no amount", [](Profile& p) { p.cvmLimit = 1'000'000'000'000; }},
  });
}

TEST(ProfileCheckTest, FciThatDoesNotFitTheProfileIsRefused) {
  expectTexts({
      {"profile FCI is too large", [](Profile& p) { p.fci.resize(257); }},
      {"profile FCI is no TLV", [](Profile& p) { p.fci.pop_back(); }},
      {"profile FCI is not one template 6F", [](Profile& p) { p.fci[0] = 0x70; }},
      {"profile FCI has another AID", [](Profile& p) { p.aid.back() ^= 1; }},
      {"profile FCI has another label", [](Profile& p) { p.label = "OTHER"; }},
      {"profile FCI has another PDOL", [](Profile& p) { p.pdol = bytes("9F3704"); }},
      {"profile FCI has another PDOL", [](Profile& p) { p.pdol.clear(); }},
  });
}

TEST(ProfileCheckTest, ListsThatNoTerminalCanAnswerAreRefused) {
  expectTexts({
      {"profile PDOL is no list", [](Profile& p) { setPdol(p, bytes("9F37")); }},
      {"profile PDOL asks for more than a command holds",
       [](Profile& p) { setPdol(p, bytes("9F37FD")); }},
      {"profile CDOL1 is no list", [](Profile& p) { p.cdol1.pop_back(); }},
      {"profile CDOL1 asks for more than a command holds",
       [](Profile& p) {
         auto list = cdol1();
         list.push_back({0x9F7C, 227});
         setCdol1(p, list);
       }},
      {"profile lists lack what the cryptogram covers",
       [](Profile& p) {
         auto list = cdol1();
         list.pop_back();
         setCdol1(p, list);
       }},
      {"profile lists name a tag twice",
       [](Profile& p) {
         auto list = cdol1();
         list.push_back(list.back());
         setCdol1(p, list);
       }},
      {"profile lists ask for another length",
       [](Profile& p) {
         auto list = cdol1();
         list.back().length = 8;
         setCdol1(p, list);
       }},
  });
}

TEST(ProfileCheckTest, IadTemplateOfAnotherFormIsRefused) {
  expectTexts({
      {"profile IAD template has another form", [](Profile& p) { p.iadTemplate.pop_back(); }},
      {"profile IAD has another key scheme", [](Profile& p) { p.scheme = KeyScheme::kLuk; }},
      {"profile IAD template is filled already", [](Profile& p) { p.iadTemplate[10] = 1; }},
  });
}

TEST(ProfileCheckTest, AflAndRecordsMustNameEachOther) {
  expectTexts({
      {"profile AFL is too large", [](Profile& p) { p.afl.resize(244); }},
      {"AFL is not groups of 4 bytes", [](Profile& p) { p.afl.pop_back(); }},
      {"AFL names no file", [](Profile& p) { p.afl[0] = 0x00; }},
      {"AFL names no file", [](Profile& p) { p.afl[0] = 0xF8; }},
      {"AFL names no file", [](Profile& p) { p.afl[0] |= 1; }},
      {"AFL names record 0", [](Profile& p) { p.afl[1] = 0; }},
      {"AFL range runs backwards", [](Profile& p) { p.afl[5] = 3; }},
      {"AFL authenticates more records than it names", [](Profile& p) { p.afl[3] = 2; }},
      {"AFL names a record twice", [](Profile& p) { p.afl[4] = 0x08; }},
      {"AFL names too many records", [](Profile& p) { p.afl[6] = 0xFF; }},
      {"profile AFL is empty", [](Profile& p) { p.afl.clear(); }},
      {"profile lacks a record of its AFL", [](Profile& p) { p.records.pop_back(); }},
      {"profile lacks a record of its AFL", [](Profile& p) { p.afl[6] = 3; }},
      {"profile has a record outside its AFL", [](Profile& p) { p.afl.resize(4); }},
      {"profile records are not those of its AFL",
       [](Profile& p) { std::swap(p.records[0], p.records[1]); }},
  });
}

TEST(ProfileCheckTest, RecordsThatAreNoTemplateAreRefused) {
  const auto set = [](Profile& p, Bytes content) {
    p.records[0].content = SecretBytes::take(std::move(content));
  };
  expectTexts({
      {"profile record is too large", [&](Profile& p) { set(p, Bytes(257)); }},
      {"profile record is no TLV", [&](Profile& p) { set(p, bytes("7005")); }},
      {"profile record is not one template 70", [&](Profile& p) { set(p, bytes("7700")); }},
      {"profile record is not one template 70", [&](Profile& p) { set(p, bytes("70007000")); }},
      {"profile records have an object twice",
       [](Profile& p) { setObject(p, 0, 0x5F34, bytes("01")); }},
  });
}

TEST(ProfileCheckTest, RecordsMustSayWhatTheProfileSays) {
  expectTexts({
      {"profile records lack the DPAN", [](Profile& p) { dropObject(p, 1, 0x5A); }},
      {"profile DPAN is no card number",
       [](Profile& p) { setObject(p, 1, 0x5A, bytes("99A9990000000006")); }},
      {"profile DPAN is no card number", [](Profile& p) { setObject(p, 1, 0x5A, bytes("9999")); }},
      {"profile DPAN has other last digits", [](Profile& p) { p.dpanLastFour = "0004"; }},
      {"profile records lack track 2", [](Profile& p) { dropObject(p, 0, 0x57); }},
      {"profile track 2 has another DPAN",
       [](Profile& p) { setObject(p, 0, 0x57, bytes("9999990000000014D2912221")); }},
      {"profile track 2 has another DPAN",
       [](Profile& p) { setObject(p, 0, 0x57, bytes("9999990000000006")); }},
      {"profile records have another CDOL1",
       [](Profile& p) { setObject(p, 2, 0x8C, bytes("9F3704")); }},
      {"profile records have another PSN", [](Profile& p) { p.psn = 2; }},
      {"profile records have another country", [](Profile& p) { p.country = 250; }},
      {"profile records lack the expiry", [](Profile& p) { dropObject(p, 1, 0x5F24); }},
      {"profile records have another expiry", [](Profile& p) { p.expiry = "1129"; }},
  });
}

TEST(ProfileCheckTest, Kernel3HasItsOwnRules) {
  const auto options = [](Profile& p, std::string_view hex) {
    p.optionsData = SecretBytes::copyOf(bytes(hex));
  };
  const auto expect = [](std::string_view text, const std::function<void(Profile&)>& change) {
    TokenFacts token;
    token.dpan = SecretBytes::copyOf(base::asBytes("9999990000000006"));
    token.psn = 1;
    token.expiry = "1229";
    Profile profile = makeProfile(programK3(), token).value();
    ASSERT_TRUE(checkProfile(profile).ok());
    change(profile);
    EXPECT_EQ(checkProfile(profile).error().text(), text);
  };
  const std::string card = "570c9999990000000006d2912221";
  expect("profile options are no TLV", [&](Profile& p) { options(p, "57"); });
  expect("profile options are the card's to make",
         [&](Profile& p) { options(p, card + "5f3401019f2608" + std::string(16, '0')); });
  expect("profile options have an object twice", [&](Profile& p) { options(p, card + card); });
  expect("profile answers its options with too much",
         [&](Profile& p) { options(p, card + "5f34010150" + "81b4" + std::string(360, '0')); });
  expect("profile records lack track 2", [&](Profile& p) { options(p, "5f340101"); });
  expect("profile records have an object twice",
         [&](Profile& p) { options(p, card + "5f3401015f24032912" + "31"); });
  expect("profile has a CDOL1 and needs none", [](Profile& p) { p.cdol1 = bytes("9F3704"); });
  expect("profile records have another CDOL1",
         [](Profile& p) { setObject(p, 0, 0x8C, bytes("9F3704")); });
  expect("profile lists lack what the cryptogram covers",
         [](Profile& p) { setPdol(p, codec::encodeDol(cdol1())); });
  expect("profile lists lack what the cryptogram covers",
         [](Profile& p) { setPdol(p, bytes("9F6604")); });
}

TEST(ProfileCheckTest, AipMustNotPromiseWhatIsNotThere) {
  const auto addIssuerKey = [](Profile& p) {
    setObject(p, 0, 0x8F, bytes("01"));
    setObject(p, 0, 0x90, bytes("01"));
    setObject(p, 0, 0x9F32, bytes("03"));
  };
  const auto addIccKey = [](Profile& p) {
    setObject(p, 0, 0x9F46, bytes("01"));
    setObject(p, 0, 0x9F47, bytes("03"));
  };
  expectTexts({
      {"profile AIP promises a CVM list", [](Profile& p) { dropObject(p, 2, 0x8E); }},
      {"profile has a CVM list that AIP denies", [](Profile& p) { p.aip[0] = 0; }},
      {"profile AIP promises an issuer key", [](Profile& p) { p.aip[0] |= kAipCda; }},
      {"profile AIP promises SDA",
       [&](Profile& p) {
         p.aip[0] |= kAipSda;
         addIssuerKey(p);
       }},
      {"profile AIP promises an ICC key",
       [&](Profile& p) {
         p.aip[0] |= kAipDda;
         addIssuerKey(p);
       }},
      {"profile AFL authenticates nothing",
       [&](Profile& p) {
         p.aip[0] |= kAipCda;
         addIssuerKey(p);
         addIccKey(p);
       }},
      {"profile AFL authenticates what AIP denies", [](Profile& p) { p.afl[3] = 1; }},
  });
  Profile complete = goodProfile();
  complete.aip[0] |= kAipCda;
  addIssuerKey(complete);
  addIccKey(complete);
  complete.afl[3] = 1;
  EXPECT_TRUE(checkProfile(complete).ok());
}

}  // namespace
}  // namespace florin::emv
