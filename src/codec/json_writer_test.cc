#include "codec/json_writer.h"

#include <gtest/gtest.h>

namespace florin::codec {
namespace {

TEST(JsonWriterTest, MembersStandInTheOrderOfTheCalls) {
  const auto id = base::WalletId::parse("000102030405060708090a0b0c0d0e0f").value();
  const std::uint8_t bytes[] = {0xFB, 0xFF};
  const std::string text = JsonObject()
                               .add("text", "a")
                               .add("number", -5)
                               .add("large", std::int64_t{INT64_MAX})
                               .add("yes", true)
                               .addNull("nothing")
                               .add("id", id)
                               .addBase64Url("url", bytes)
                               .addHex("hex", bytes)
                               .add("object", JsonObject().add("x", 1U))
                               .add("array", JsonArray().add(1).add("b").add(false).add(id))
                               .text();
  EXPECT_EQ(text,
            R"({"text":"a","number":-5,"large":9223372036854775807,"yes":true,"nothing":null,)"
            R"("id":"000102030405060708090a0b0c0d0e0f","url":"-_8","hex":"fbff",)"
            R"("object":{"x":1},"array":[1,"b",false,"000102030405060708090a0b0c0d0e0f"]})");
}

TEST(JsonWriterTest, EmptyObjectsAndArrays) {
  EXPECT_EQ(JsonObject().text(), "{}");
  EXPECT_EQ(JsonArray().text(), "[]");
  EXPECT_EQ(JsonArray().add(JsonObject()).add(JsonArray()).text(), "[{},[]]");
}

TEST(JsonWriterTest, EveryAsciiCharacterSurvivesTheRoundTrip) {
  std::string all;
  for (char c = 0; c < 127; ++c) all.push_back(c);
  all.push_back(127);
  const std::string text = JsonObject().add("s", all).text();
  EXPECT_EQ(parseJson(text).value().find("s")->text(), all);
  EXPECT_EQ(JsonObject().add("s", std::string_view("\"\\/\n\x01", 5)).text(),
            R"({"s":"\"\\/\n\u0001"})");
}

TEST(JsonWriterTest, BytesThatAreNotUtf8AreReplaced) {
  const std::string text = JsonObject().add("s", "a\xFF\xC3\xA9\xC3").text();
  EXPECT_EQ(parseJson(text).value().find("s")->text(), "a\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD");
}

TEST(JsonWriterTest, NamesThatAreDataAreEscaped) {
  EXPECT_EQ(JsonObject().addNamed("a\"b", "c").text(), R"({"a\"b":"c"})");
}

TEST(JsonWriterTest, ASecretIsWrittenAsAString) {
  const SecretBytes pan = SecretBytes::copyOf(base::asBytes("4111"));
  const SecretBytes text = JsonObject().addSecret("fpan", pan).secretText();
  EXPECT_EQ(base::asText(text.expose()), R"({"fpan":"4111"})");
}

TEST(JsonWriterTest, AParsedValueIsWrittenAsItWas) {
  const std::string_view text = R"({"z":[1,-2,{"a":null}],"b":true,"\n":"\u0000\"","o":{},"e":[]})";
  const JsonValue document = parseJson(text).value();
  EXPECT_EQ(writeJson(document), text);
  EXPECT_EQ(JsonObject().add("d", document).text(), "{\"d\":" + std::string(text) + "}");
  EXPECT_EQ(JsonArray().add(document).text(), "[" + std::string(text) + "]");
}

TEST(JsonWriterTest, LongTextGrowsTheBuffer) {
  const std::string large(100'000, 'x');
  EXPECT_EQ(JsonObject().add("s", large).text(), "{\"s\":\"" + large + "\"}");
}

}  // namespace
}  // namespace florin::codec
