#include "emv/authorization_data.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/tlv.h"
#include "emv/numeric.h"

namespace florin::emv {
namespace {

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

CryptogramRequest goodRequest() {
  CryptogramRequest request;
  request.input.amountAuthorised = bcd<6>(1250);
  request.input.amountOther = bcd<6>(0);
  request.input.terminalCountry = bcd<2>(276);
  request.input.tvr = {0x00, 0x00, 0x04, 0x00, 0x00};
  request.input.currency = bcd<2>(978);
  request.input.date = {0x26, 0x03, 0x31};
  request.input.unpredictableNumber = {1, 2, 3, 4};
  request.input.aip = {0x10, 0x80};
  request.input.atc = 258;
  request.input.iad =
      encodeIssuerData({.asked = CryptogramType::kTc, .answered = CryptogramType::kArqc});
  request.cryptogram = {1, 2, 3, 4, 5, 6, 7, 8};
  request.type = CryptogramType::kArqc;
  request.dpan = SecretBytes::copyOf(base::asBytes("999999000000006"));
  request.psn = 12;
  request.expiry = "1229";
  return request;
}

std::vector<codec::TlvView> objectsOf(const SecretBytes& encoded) {
  return codec::decodeTlv(encoded.expose()).value();
}

Bytes write(const std::vector<codec::TlvView>& objects) {
  Bytes out;
  for (const codec::TlvView& object : objects) codec::appendTlv(out, object.tag, object.value);
  return out;
}

TEST(CryptogramRequestTest, DecodedRequestIsTheOneThatWasEncoded) {
  const CryptogramRequest request = goodRequest();
  const auto decoded = decodeCryptogramRequest(encodeCryptogramRequest(request).expose());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(cryptogramData(decoded->input), cryptogramData(request.input));
  EXPECT_EQ(decoded->input.atc, 258);
  EXPECT_EQ(decoded->cryptogram, request.cryptogram);
  EXPECT_EQ(decoded->type, CryptogramType::kArqc);
  EXPECT_EQ(base::asText(decoded->dpan.expose()), "999999000000006");
  EXPECT_EQ(decoded->psn, 12);
  EXPECT_EQ(decoded->expiry, "1229");
  EXPECT_EQ(issuerDataOf(*decoded)->asked, CryptogramType::kTc);
}

TEST(CryptogramRequestTest, EveryObjectButTheOtherAmountIsNeeded) {
  const SecretBytes encoded = encodeCryptogramRequest(goodRequest());
  const auto objects = objectsOf(encoded);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto fewer = objects;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(decodeCryptogramRequest(write(fewer)).ok(), objects[i].tag == 0x9F03)
        << std::hex << objects[i].tag;
  }
}

TEST(CryptogramRequestTest, ObjectsTwiceOrOfAnotherLengthAreRefused) {
  const SecretBytes encoded = encodeCryptogramRequest(goodRequest());
  const auto objects = objectsOf(encoded);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto doubled = objects;
    doubled.push_back(objects[i]);
    EXPECT_FALSE(decodeCryptogramRequest(write(doubled)).ok());
    if (objects[i].tag == 0x5A) continue;  // a card number of another length is one
    auto shorter = objects;
    shorter[i].value = shorter[i].value.first(shorter[i].value.size() - 1);
    EXPECT_FALSE(decodeCryptogramRequest(write(shorter)).ok()) << std::hex << objects[i].tag;
  }
}

TEST(CryptogramRequestTest, RequestCutAnywhereIsRefused) {
  const SecretBytes encoded = encodeCryptogramRequest(goodRequest());
  for (std::size_t length = 0; length < encoded.size(); ++length) {
    EXPECT_FALSE(decodeCryptogramRequest(encoded.expose().first(length)).ok()) << length;
  }
}

TEST(CryptogramRequestTest, Track2NamesTheCardToo) {
  const SecretBytes encoded = encodeCryptogramRequest(goodRequest());
  const Bytes same = bytes("999999000000006D2912221F");
  const Bytes other = bytes("999999000000014D2912221F");
  auto both = objectsOf(encoded);
  both.push_back({0x57, same});
  EXPECT_TRUE(decodeCryptogramRequest(write(both)).ok());
  both.back().value = other;
  EXPECT_FALSE(decodeCryptogramRequest(write(both)).ok());
  std::erase_if(both, [](const codec::TlvView& object) { return object.tag == 0x5A; });
  const auto decoded = decodeCryptogramRequest(write(both));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(base::asText(decoded->dpan.expose()), "999999000000014");
}

TEST(CryptogramRequestTest, OtherTagsAreIgnored) {
  const SecretBytes encoded = encodeCryptogramRequest(goodRequest());
  auto more = objectsOf(encoded);
  const Bytes capabilities = bytes("E0F0C8");
  more.push_back({0x9F33, capabilities});
  EXPECT_TRUE(decodeCryptogramRequest(write(more)).ok());
}

TEST(CryptogramRequestTest, CidThatTheCryptogramDoesNotCoverIsRefused) {
  CryptogramRequest request = goodRequest();
  request.type = CryptogramType::kTc;
  EXPECT_FALSE(decodeCryptogramRequest(encodeCryptogramRequest(request).expose()).ok());
}

TEST(CryptogramRequestTest, TooMuchIsRefused) {
  EXPECT_EQ(decodeCryptogramRequest(Bytes(base::limits::kCryptogramRequest + 1)).error().code(),
            Code::kTooLarge);
}

TEST(IssuerDataTest, IssuerDataIsReadBack) {
  const IssuerData data = {.scheme = KeyScheme::kLuk,
                           .masterKeyVersion = 3,
                           .asked = CryptogramType::kTc,
                           .answered = CryptogramType::kAac,
                           .verifier = Verifier::kOnlinePin,
                           .keyIndex = 0x01020304};
  EXPECT_EQ(base::toHex(encodeIssuerData(data)), "0102034000020001020304");
  EXPECT_EQ(*decodeIssuerData(encodeIssuerData(data)), data);
}

TEST(IssuerDataTest, BytesOfAnotherFormAreRefused) {
  const Bytes good = encodeIssuerData({});
  EXPECT_FALSE(decodeIssuerData(ByteView(good).first(10)).ok());
  const std::vector<std::pair<std::size_t, std::uint8_t>> changes = {
      {0, 2}, {1, 0}, {1, 3}, {3, 0xC0}, {4, 0x01}, {5, 3}, {6, 1}};
  for (const auto& [at, value] : changes) {
    Bytes changed = good;
    changed[at] = value;
    EXPECT_FALSE(decodeIssuerData(changed).ok()) << at;
  }
}

}  // namespace
}  // namespace florin::emv
