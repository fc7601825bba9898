#include "codec/json_reader.h"

#include <gtest/gtest.h>

namespace florin::codec {
namespace {

TEST(JsonReaderTest, ReadsEveryKindOfField) {
  const JsonValue document =
      parseJson(R"({"s":"text","i":5,"b":true,"u":"-_8","h":"00ff","o":{"x":1},"a":[1,2],)"
                R"("id":"000102030405060708090a0b0c0d0e0f","p":"4111"})")
          .value();
  JsonReader reader(document);
  EXPECT_EQ(reader.string("s", 1, 4).value(), "text");
  EXPECT_EQ(reader.integer("i", 0, 5).value(), 5);
  EXPECT_TRUE(reader.boolean("b").value());
  EXPECT_EQ(reader.base64Url("u", 2).value(), (Bytes{0xFB, 0xFF}));
  EXPECT_EQ(reader.hex("h", 2).value(), (Bytes{0x00, 0xFF}));
  auto inner = reader.object("o");
  ASSERT_TRUE(inner.ok());
  EXPECT_EQ(inner->integer("x", 1, 1).value(), 1);
  EXPECT_TRUE(inner->finish().ok());
  EXPECT_EQ(reader.array("a", 2).value().size(), 2U);
  EXPECT_EQ(reader.id<base::WalletId>("id").value().toString(), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(base::asText(reader.secret("p", 4, 4).value().expose()), "4111");
  EXPECT_TRUE(reader.finish().ok());
  EXPECT_EQ(reader.failedField(), "");
}

TEST(JsonReaderTest, AnUnreadMemberFailsTheEnd) {
  const JsonValue document = parseJson(R"({"a":1,"extra":2})").value();
  JsonReader reader(document);
  EXPECT_TRUE(reader.integer("a", 0, 9).ok());
  const Status end = reader.finish();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), Code::kMalformed);
  EXPECT_EQ(reader.failedField(), "extra");
}

TEST(JsonReaderTest, AMissingFieldIsNamed) {
  const JsonValue document = parseJson("{}").value();
  JsonReader reader(document);
  const auto read = reader.string("language", 1, 8);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), Code::kMalformed);
  EXPECT_EQ(reader.failedField(), "language");
}

TEST(JsonReaderTest, ABoundIsKeptOnBothSides) {
  const JsonValue document =
      parseJson(R"({"s":"abc","i":5,"u":"AAAA","h":"0000","a":[1,2]})").value();
  JsonReader reader(document);
  EXPECT_FALSE(reader.string("s", 4, 9).ok());
  EXPECT_FALSE(reader.string("s", 0, 2).ok());
  EXPECT_FALSE(reader.secret("s", 0, 2).ok());
  EXPECT_FALSE(reader.integer("i", 6, 9).ok());
  EXPECT_FALSE(reader.integer("i", 0, 4).ok());
  EXPECT_TRUE(reader.base64Url("u", 3).ok());
  EXPECT_FALSE(reader.base64Url("u", 2).ok());
  EXPECT_FALSE(reader.hex("h", 1).ok());
  EXPECT_FALSE(reader.array("a", 1).ok());
  EXPECT_EQ(reader.failedField(), "a");
}

// Every reader over a value of every type: it takes its own type and nothing else, null included.
TEST(JsonReaderTest, AFieldOfAnotherTypeIsRefused) {
  for (const std::string_view value : {"null", "true", "1", "\"!\"", "[]", "{}"}) {
    const JsonValue document = parseJson("{\"f\":" + std::string(value) + "}").value();
    JsonReader reader(document);
    EXPECT_EQ(reader.string("f", 0, 9).ok(), value == "\"!\"");
    EXPECT_EQ(reader.secret("f", 0, 9).ok(), value == "\"!\"");
    EXPECT_EQ(reader.integer("f", 0, 9).ok(), value == "1");
    EXPECT_EQ(reader.boolean("f").ok(), value == "true");
    EXPECT_EQ(reader.array("f", 9).ok(), value == "[]");
    EXPECT_EQ(reader.object("f").ok(), value == "{}");
    EXPECT_FALSE(reader.base64Url("f", 9).ok());
    EXPECT_FALSE(reader.hex("f", 9).ok());
    EXPECT_FALSE(reader.id<base::WalletId>("f").ok());
    EXPECT_EQ(reader.optionalString("f", 0, 9).ok(), value == "\"!\"");
  }
}

TEST(JsonReaderTest, HexAndIdsAreLowercase) {
  const JsonValue document =
      parseJson(R"({"h":"0A","id":"000102030405060708090A0B0C0D0E0F"})").value();
  JsonReader reader(document);
  EXPECT_FALSE(reader.hex("h", 4).ok());
  EXPECT_FALSE(reader.id<base::WalletId>("id").ok());
  EXPECT_EQ(reader.failedField(), "id");
}

TEST(JsonReaderTest, OptionalFieldsMayBeAbsent) {
  const JsonValue document = parseJson("{}").value();
  JsonReader reader(document);
  EXPECT_FALSE(reader.optionalString("f", 0, 9).value().has_value());
  EXPECT_FALSE(reader.optionalSecret("f", 0, 9).value().has_value());
  EXPECT_FALSE(reader.optionalInteger("f", 0, 9).value().has_value());
  EXPECT_FALSE(reader.optionalBoolean("f").value().has_value());
  EXPECT_FALSE(reader.optionalBase64Url("f", 9).value().has_value());
  EXPECT_FALSE(reader.optionalHex("f", 9).value().has_value());
  EXPECT_FALSE(reader.optionalObject("f").value().has_value());
  EXPECT_FALSE(reader.optionalArray("f", 9).value().has_value());
  EXPECT_FALSE(reader.optionalId<base::WalletId>("f").value().has_value());
  EXPECT_TRUE(reader.finish().ok());
}

TEST(JsonReaderTest, OptionalFieldsThatAreThereCountAsRead) {
  const JsonValue document = parseJson(R"({"i":5,"s":"a","b":false})").value();
  JsonReader reader(document);
  EXPECT_EQ(reader.optionalInteger("i", 0, 9).value(), 5);
  EXPECT_EQ(reader.optionalString("s", 0, 9).value(), "a");
  EXPECT_EQ(reader.optionalBoolean("b").value(), false);
  EXPECT_TRUE(reader.finish().ok());
}

TEST(JsonReaderTest, WhatIsNoObjectHasNoFieldsAndDoesNotEndWell) {
  const JsonValue document = parseJson("[1]").value();
  JsonReader reader(document);
  EXPECT_FALSE(reader.integer("i", 0, 9).ok());
  EXPECT_FALSE(reader.has("i"));
  EXPECT_FALSE(reader.finish().ok());
}

}  // namespace
}  // namespace florin::codec
